using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>Layer normalisation that is single precision inside whatever comes in and goes out.</summary>
/// <remarks>libtorch's own bfloat16 kernel for the CPU sums the gradients of scale and shift over all rows in bfloat16, where a sum stops growing after a few hundred terms.</remarks>
internal static class LayerNormalization
{
    /// <param name="x">Rows <c>[k, D]</c>.</param>
    /// <param name="shape">D alone.</param>
    /// <param name="weight">Scale <c>[D]</c>.</param>
    /// <param name="bias">Shift <c>[D]</c>.</param>
    /// <param name="epsilon">Added to the biased variance.</param>
    /// <returns><c>[k, D]</c>, the type of <paramref name="x"/>.</returns>
    public static Tensor Apply(Tensor x, long[] shape, Tensor weight, Tensor bias, double epsilon)
    {
        // On CUDA those sums are in single precision.
        if (x.dtype == ScalarType.Float32 || x.device_type == DeviceType.CUDA)
        {
            return F.layer_norm(x, shape, weight, bias, epsilon);
        }

        using var scope = NewDisposeScope();
        return F.layer_norm(x.to(ScalarType.Float32), shape, weight.to(ScalarType.Float32), bias.to(ScalarType.Float32), epsilon).to(x.dtype).MoveToOuterDisposeScope();
    }
}
