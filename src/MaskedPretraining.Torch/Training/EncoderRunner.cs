using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Runs a trained encoder on whole images: the reference that an exported model is checked against.</summary>
/// <remarks>Single precision on the CPU. Not thread safe.</remarks>
public sealed class EncoderRunner : IDisposable
{
    private readonly VisionTransformerOptions _options;
    private readonly ParameterArena _parameters;
    private readonly VisionTransformer _encoder;
    private readonly PixelScaling _scaling;
    private readonly WholeImageAssembler _assembler;

    /// <summary>Loads an encoder.</summary>
    /// <param name="weights">Shape and tensors; copied.</param>
    /// <exception cref="InvalidOptionsException">The architecture is impossible.</exception>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    public EncoderRunner(EncoderWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var errors = new OptionErrors();
        weights.Architecture.Validate(errors);
        errors.ThrowIfAny(nameof(VisionTransformerOptions));
        TorchRuntime.EnsureStarted();
        _options = weights.Architecture.Clone();
        _parameters = new ParameterArena([.. VisionTransformer.Declare(_options)], ScalarType.Float32, CPU);
        _parameters.Load(weights.Weights);
        _encoder = new VisionTransformer(_options, _parameters);
        _scaling = new PixelScaling(_options, CPU);
        _assembler = new WholeImageAssembler(_options, _scaling, CPU);
    }

    /// <summary>Encodes images. Normalisation is included.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, pixels 0..255, not normalised.</param>
    /// <param name="count">Images B.</param>
    /// <exception cref="ArgumentException">The number of elements is not <c>B*C*H*W</c>.</exception>
    public EncoderOutput Run(ReadOnlySpan<float> images, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        int side = _options.PatchSize;
        var grid = _options.Grid;
        long needed = (long)count * _options.Channels * _options.ImageHeight * _options.ImageWidth;
        if (images.Length != needed)
        {
            throw new ArgumentException($"{count} images of {_options.Channels}x{_options.ImageHeight}x{_options.ImageWidth} (C x H x W) need {needed} numbers, but there are {images.Length}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var pixels = TensorMemory.From(images, ScalarType.Float32, CPU, count, _options.Channels, grid.Rows, side, grid.Columns, side)
            .permute(0, 2, 4, 3, 5, 1)                                              // [B, R, C', P, P, C]
            .reshape((long)count * grid.Count, _options.PatchLength);               // [B*N, P*P*C]
        var (tokens, attention, _) = _encoder.Inspect(_scaling.Apply(pixels), _assembler.Tokens(count), count);
        var all = tokens.view(count, grid.Count + 1, _options.Width);               // [B, 1+N, D]
        var patches = all.narrow(1, 1, grid.Count);                                 // [B, N, D]
        return new EncoderOutput(
            TensorMemory.ToSingles(all.select(1, 0)),
            TensorMemory.ToSingles(patches.mean(new long[] { 1 })),
            TensorMemory.ToSingles(patches),
            TensorMemory.ToSingles(attention.narrow(2, 1, grid.Count)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scaling.Dispose();
        _encoder.Dispose();
        _parameters.Dispose();
    }
}
