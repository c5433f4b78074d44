using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Makes the tensors of passes without a mask: all patches of each image in their order.</summary>
/// <param name="options">The encoder's shape.</param>
/// <param name="scaling">Brings pixels to the encoder's range.</param>
/// <param name="device">Where the model lies.</param>
internal sealed class WholeImageAssembler(VisionTransformerOptions options, PixelScaling scaling, Device device)
{
    /// <param name="count">Images B.</param>
    /// <param name="patches"><c>[B, N, P*P*C]</c>; a longer buffer's end is not looked at.</param>
    /// <returns>Scaled patches <c>[B*N, P*P*C]</c> and token numbers <c>[B*(1+N)]</c>.</returns>
    public (Tensor Patches, Tensor Tokens) Assemble(int count, ReadOnlySpan<byte> patches)
    {
        int rows = count * options.Grid.Count;
        using var bytes = TensorMemory.From(patches[..(rows * options.PatchLength)], ScalarType.Byte, device, rows, options.PatchLength);
        return (scaling.Apply(bytes), Tokens(count));
    }

    /// <summary>Token numbers 0..N of each image, <c>[B*(1+N)]</c>.</summary>
    public Tensor Tokens(int count)
    {
        int all = options.Grid.Count + 1;
        var tokens = new long[count * all];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i % all;
        }

        return TensorMemory.From<long>(tokens, ScalarType.Int64, device, tokens.Length);
    }
}
