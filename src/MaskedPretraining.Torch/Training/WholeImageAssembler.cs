using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Makes the tensors of passes without a mask: all patches of each image in their order.</summary>
/// <param name="options">The encoder's shape.</param>
/// <param name="scaling">Brings pixels to the encoder's range.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="uploads">The way to another device than the CPU; what a batch gives is then to be waited for before the one after the next. Null where waiting does not matter.</param>
internal sealed class WholeImageAssembler(VisionTransformerOptions options, PixelScaling scaling, Device device, StagedUploads? uploads = null)
{
    /// <summary>Patches of an image N.</summary>
    public int Patches => options.Grid.Count;

    /// <param name="count">Images B.</param>
    /// <param name="patches"><c>[B, N, P*P*C]</c>; a longer buffer's end is not looked at.</param>
    /// <returns>Scaled patches <c>[B*N, P*P*C]</c> and token numbers <c>[B*(1+N)]</c>.</returns>
    public (Tensor Patches, Tensor Tokens) Assemble(int count, ReadOnlySpan<byte> patches)
    {
        int rows = count * options.Grid.Count;
        uploads?.Begin();
        using var bytes = Upload(patches[..(rows * options.PatchLength)], ScalarType.Byte, rows, options.PatchLength);
        return (scaling.Apply(bytes), Tokens(count));
    }

    /// <param name="images"><c>[B, C, H, W]</c>, pixels 0..255.</param>
    /// <param name="count">Images B.</param>
    /// <returns>As <see cref="Assemble"/>.</returns>
    /// <exception cref="ArgumentException">The number of elements is not <c>B*C*H*W</c>.</exception>
    public (Tensor Patches, Tensor Tokens) AssemblePlanes(ReadOnlySpan<float> images, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var (grid, side) = (options.Grid, options.PatchSize);
        long needed = (long)count * options.Channels * options.ImageHeight * options.ImageWidth;
        if (images.Length != needed)
        {
            throw new ArgumentException($"{count} images of {options.Channels}x{options.ImageHeight}x{options.ImageWidth} (C x H x W) need {needed} numbers, but there are {images.Length}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        var pixels = TensorMemory.From(images, ScalarType.Float32, device, count, options.Channels, grid.Rows, side, grid.Columns, side)
            .permute(0, 2, 4, 3, 5, 1)                                              // [B, R, C', P, P, C]
            .reshape((long)count * grid.Count, options.PatchLength);               // [B*N, P*P*C]
        return (scaling.Apply(pixels).MoveToOuterDisposeScope(), Tokens(count).MoveToOuterDisposeScope());
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

        return Upload<long>(tokens, ScalarType.Int64, tokens.Length);
    }

    private Tensor Upload<T>(ReadOnlySpan<T> values, ScalarType type, params long[] shape)
        where T : unmanaged => uploads is null ? TensorMemory.From(values, type, device, shape) : uploads.From(values, type, shape);
}
