using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Turns bytes and plans of a batch into the tensors of a step. The rows of visible and of masked patches are gathered as bytes on the host; thrown patches are neither
/// moved to the device nor turned into numbers.
/// </summary>
/// <param name="options">The encoder's shape.</param>
/// <param name="scaling">Brings pixels to the encoder's range.</param>
/// <param name="device">Where the model lies.</param>
internal sealed class StepAssembler(VisionTransformerOptions options, PixelScaling scaling, Device device)
{
    /// <param name="count">Images B.</param>
    /// <param name="patches">All patches of the batch, <c>[B, N, P*P*C]</c>.</param>
    /// <param name="visible">Visible patch numbers, <c>[B, v]</c>.</param>
    /// <param name="masked">Masked patch numbers, <c>[B, m]</c>.</param>
    public StepTensors Assemble(int count, ReadOnlySpan<byte> patches, ReadOnlySpan<long> visible, ReadOnlySpan<long> masked) => new(
        count,
        Gather(count, patches, visible),
        TokenNumbers(count, visible, classToken: true),
        Gather(count, patches, masked),
        TokenNumbers(count, masked, classToken: false));

    /// <summary>All patches of each image in their order, for passes without a mask.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="patches"><c>[B, N, P*P*C]</c>.</param>
    /// <returns>Scaled patches <c>[B*N, P*P*C]</c> and token numbers <c>[B*(1+N)]</c>.</returns>
    public (Tensor Patches, Tensor Tokens) AssembleAll(int count, ReadOnlySpan<byte> patches) =>
        (Upload(patches[..(count * options.Grid.Count * options.PatchLength)]), AllTokens(count));

    /// <summary>Token numbers 0..N of each image, <c>[B*(1+N)]</c>.</summary>
    public Tensor AllTokens(int count)
    {
        int all = options.Grid.Count + 1;
        var tokens = new long[count * all];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i % all;
        }

        return TensorMemory.From<long>(tokens, ScalarType.Int64, device, tokens.Length);
    }

    private Tensor Gather(int count, ReadOnlySpan<byte> patches, ReadOnlySpan<long> numbers)
    {
        using var scope = NewDisposeScope();
        int length = options.PatchLength, perImage = numbers.Length / count, imageLength = options.Grid.Count * length;
        // Straight into the tensor: an array of a batch's pixels would be a large object for the garbage collector at every step.
        var rows = empty(new long[] { numbers.Length, length }, ScalarType.Byte);
        var bytes = rows.bytes;
        for (int i = 0; i < numbers.Length; i++)
        {
            patches.Slice((i / perImage * imageLength) + ((int)numbers[i] * length), length).CopyTo(bytes[(i * length)..]);
        }

        return scaling.Apply(rows.to(device)).MoveToOuterDisposeScope();
    }

    private Tensor Upload(ReadOnlySpan<byte> rows)
    {
        using var bytes = TensorMemory.From(rows, ScalarType.Byte, device, rows.Length / options.PatchLength, options.PatchLength);
        return scaling.Apply(bytes);
    }

    /// <summary>Patch numbers <c>[B, k]</c> as token numbers, with or without the class token in front of each image.</summary>
    public Tensor TokenNumbers(int count, ReadOnlySpan<long> patches, bool classToken)
    {
        int perImage = patches.Length / count, extra = classToken ? 1 : 0;
        var tokens = new long[count * (perImage + extra)];
        for (int i = 0; i < patches.Length; i++)
        {
            tokens[(i / perImage * (perImage + extra)) + (i % perImage) + extra] = patches[i] + 1;
        }

        return TensorMemory.From<long>(tokens, ScalarType.Int64, device, tokens.Length);
    }
}
