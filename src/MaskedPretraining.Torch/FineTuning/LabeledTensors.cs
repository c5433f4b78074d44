using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>What a training pass over labelled images needs on the device.</summary>
/// <param name="Count">Images B.</param>
/// <param name="Patches">Normalised, erased and mixed patches, <c>[B*N, P*P*C]</c>, single precision.</param>
/// <param name="Tokens">For each image the numbers 0 to N: <c>[B*(1+N)]</c>.</param>
/// <param name="Targets">Probability of each class, <c>[B, K]</c>, single precision.</param>
/// <param name="BranchScales">Stochastic depth.</param>
internal sealed record LabeledTensors(int Count, Tensor Patches, Tensor Tokens, Tensor Targets, BranchScales BranchScales)
{
    /// <summary>Some of the images, as views.</summary>
    /// <param name="start">The first image.</param>
    /// <param name="count">Number of images.</param>
    public LabeledTensors Slice(int start, int count)
    {
        Tensor Rows(Tensor rows) => rows.narrow(0, rows.shape[0] / Count * start, rows.shape[0] / Count * count);
        int perImage = BranchScales.Values.Length / Count;
        return new LabeledTensors(count, Rows(Patches), Rows(Tokens), Rows(Targets), new BranchScales(BranchScales.Values.Slice(start * perImage, count * perImage), count));
    }

    /// <summary>Stochastic depth as autograd's blocks take it, <c>[2L, B, 1, 1]</c>; null for none.</summary>
    public Tensor? BranchScaleTensor(ScalarType type) => BranchScales.IsEmpty
        ? null
        : TensorMemory.From(BranchScales.Values.Span, ScalarType.Float32, Patches.device, Count, BranchScales.Values.Length / Count).t().to(type).contiguous().view(-1, Count, 1, 1);
}
