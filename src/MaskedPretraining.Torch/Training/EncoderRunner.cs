using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Runs a trained encoder on whole images: the reference that an exported model is checked against.</summary>
/// <remarks>Single precision on the CPU. Not thread safe.</remarks>
public sealed class EncoderRunner : IDisposable
{
    private readonly LoadedEncoder _encoder;

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
        _encoder = new LoadedEncoder(weights, CPU);
    }

    /// <summary>Encodes images. Normalisation is included.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, pixels 0..255, not normalised.</param>
    /// <param name="count">Images B.</param>
    /// <exception cref="ArgumentException">The number of elements is not <c>B*C*H*W</c>.</exception>
    public EncoderOutput Run(ReadOnlySpan<float> images, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (patches, numbers) = _encoder.Assembler.AssemblePlanes(images, count);
        var (tokens, attention, _) = _encoder.Model.Inspect(patches, numbers, count);
        int places = _encoder.Architecture.Grid.Count;
        var all = tokens.view(count, places + 1, _encoder.Architecture.Width);      // [B, 1+N, D]
        var encoded = all.narrow(1, 1, places);                                     // [B, N, D]
        return new EncoderOutput(
            TensorMemory.ToSingles(all.select(1, 0)),
            TensorMemory.ToSingles(encoded.mean(new long[] { 1 })),
            TensorMemory.ToSingles(encoded),
            TensorMemory.ToSingles(attention.narrow(2, 1, places)));
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}
