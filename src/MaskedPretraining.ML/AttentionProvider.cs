using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.ML;

/// <summary>
/// The frozen encoder whose class attention AutoMAE's mask generator reads (Chen et al. 2023; there a ViT-B of 800 epochs of MAE). It sees every crop that is trained on, so that its images have the size and the
/// patches of the encoder being trained; width, depth and heads are its own. Immutable.
/// </summary>
/// <remarks>The encoder being trained starts from new weights, not from the provider's, so that a fair comparison counts the provider's training.</remarks>
public sealed class AttentionProvider
{
    private readonly Func<VisionTransformerOptions, EncoderWeights>? _load;
    private readonly string _description;

    private AttentionProvider(Func<VisionTransformerOptions, EncoderWeights>? load, int firstPhaseEpochs, string description) =>
        (_load, FirstPhaseEpochs, _description) = (load, firstPhaseEpochs, description);

    /// <summary>Epochs of plain MAE that make the provider in the same run; 0 where there is one already.</summary>
    internal int FirstPhaseEpochs { get; }

    /// <summary>An encoder in memory.</summary>
    /// <param name="encoder">With a class token.</param>
    public static AttentionProvider FromEncoder(EncoderWeights encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new AttentionProvider(_ => encoder, 0, $"encoder {encoder.Architecture.Width} wide, {encoder.Architecture.Heads} heads");
    }

    /// <summary>The encoder that was pre-trained before.</summary>
    /// <param name="transformer">A fitted <see cref="GuidedMaeEstimator"/>. It may be disposed afterwards.</param>
    public static AttentionProvider FromEncoder(GuidedMaeTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return FromEncoder(transformer.Weights);
    }

    /// <summary>An encoder that another program has trained.</summary>
    /// <param name="transformer">A fitted <see cref="LoadedEncoderEstimator"/>. It may be disposed afterwards.</param>
    public static AttentionProvider FromEncoder(LoadedEncoderTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return FromEncoder(transformer.Weights);
    }

    /// <summary>An encoder in a checkpoint of another program: MAE, DINO, timm, transformers.</summary>
    /// <param name="path">A safetensors file, a file of torch.save, or the index of several. Read when an estimator is made; nothing in it is executed.</param>
    /// <param name="options">What the checkpoint does not say itself; copied. Without an image size that of the encoder being trained: positions are resampled.</param>
    public static AttentionProvider FromFile(string path, EncoderLoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var given = (options ?? new EncoderLoadOptions()).Clone();
        return new AttentionProvider(Load, 0, $"encoder of {Path.GetFileName(path)}");

        EncoderWeights Load(VisionTransformerOptions trained)
        {
            var sized = given.Clone();
            (sized.ImageHeight, sized.ImageWidth, sized.Channels) = (given.ImageHeight ?? trained.ImageHeight, given.ImageWidth ?? trained.ImageWidth, given.Channels ?? trained.Channels);
            return EncoderReader.Load(path, sized);
        }
    }

    /// <summary>A first phase of plain MAE in the same run makes the provider: random masks of 75 %, all other options those of the run. With a run folder it lies in <c>provider</c> there and is resumed like the rest.</summary>
    /// <param name="epochs">Epochs of the first phase, at least 1.</param>
    public static AttentionProvider FirstPhase(int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return new AttentionProvider(null, epochs, FormattableString.Invariant($"{epochs} epochs of MAE"));
    }

    /// <summary>The provider for an encoder of a shape; null where a first phase makes it.</summary>
    /// <param name="trained">The shape of the encoder that is trained.</param>
    internal EncoderWeights? For(VisionTransformerOptions trained) => _load?.Invoke(trained);

    /// <summary>The provider in words.</summary>
    public override string ToString() => _description;
}
