using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>
/// AutoMAE's learned masks (Chen et al. 2023): a generator learns, together with the autoencoder and against a discriminator, which patches are masked most, from the class token's attention in a frozen
/// encoder. Thread safe.
/// </summary>
/// <remarks>
/// A run that is given this strategy trains generator and discriminator and plans each batch's masks with them. What the strategy itself plans is random, the same number of patches in each image: that
/// is what validation and previews see, so that their losses can be compared with those of other runs.
/// </remarks>
public sealed class AutoMaeMasking : IMaskingStrategy
{
    private readonly AutoMaeOptions _options;
    private readonly RandomMasking _random;
    private readonly Lazy<string> _providerName;

    /// <summary>Creates the strategy.</summary>
    /// <param name="provider">
    /// The encoder whose attention the generator sees: with a class token, for images and patches of the same size as the encoder being trained; depth, width and heads may be others. It sees the same crops
    /// and never changes. Not copied.
    /// </param>
    /// <param name="options">Networks and game; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    public AutoMaeMasking(EncoderWeights provider, AutoMaeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (Provider, _options) = (provider, (options ?? new AutoMaeOptions()).Clone());
        var errors = new OptionErrors();
        provider.Architecture.Validate(errors);
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(AutoMaeMasking));
        _random = new RandomMasking(_options.Shuffle.MaskRatio);
        _providerName = new Lazy<string>(() => NameOf(provider));
    }

    /// <summary>The frozen encoder.</summary>
    public EncoderWeights Provider { get; }

    /// <summary>A copy of the options.</summary>
    public AutoMaeOptions Options => _options.Clone();

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid, or no patch has the bonus.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        _options.Shuffle.TopCountOn(grid);
        return _options.Shuffle.CountsOn(grid);
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <summary>Plans one image at random.</summary>
    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked) => _random.Plan(context, visible, masked);

    /// <summary>Name, options and provider: a run is only continued with the same weights.</summary>
    public override string ToString() => $"{nameof(AutoMaeMasking)} {_options} provider {_providerName.Value}";

    private static string NameOf(EncoderWeights provider)
    {
        var shape = provider.Architecture;
        string pixels = string.Join(' ', shape.PixelMean.Concat(shape.PixelStandardDeviation).Select(value => FormattableString.Invariant($"{value}")));
        return $"{ArchitectureFingerprint.Of(shape)} pixels {pixels} weights {WeightsDigest.Of(provider.Weights)}";
    }
}
