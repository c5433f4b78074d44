using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <content>Strategies that are learned beside the encoder.</content>
public sealed partial class Masking
{
    private readonly AutoMaeOptions? _learned;

    private Masking(AttentionProvider provider, AutoMaeOptions options, IMaskingStrategy strategy)
        : this(strategy, FormattableString.Invariant($"AutoMAE {options.Shuffle.MaskRatio}, bonus {options.Shuffle.TopBonus}, provider {provider}")) => (Provider, _learned) = (provider, options);

    /// <summary>Whose attention the mask generator reads; null unless masks are learned.</summary>
    internal AttentionProvider? Provider { get; }

    /// <summary>Learned masks (AutoMAE, Chen et al. 2023): a small generator reads a frozen encoder's attention and learns, beside the encoder and against a discriminator that knows random rectangles, which patches to mask most.</summary>
    /// <param name="provider">The frozen encoder.</param>
    /// <param name="options">Networks and game; copied. Null (default): 75 % masked, beta 0.3. <see cref="AutoMaeOptions.Released"/> has the released code's.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    /// <remarks>
    /// Needs MAE's decoder and at least 4x4 patches. Each step costs one forward pass of the provider more. Validation and pictures of
    /// reconstructions see random masks, so that they can be compared with those of other runs.
    /// </remarks>
    public static Masking Learned(AttentionProvider provider, AutoMaeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        options = options?.Clone() ?? new AutoMaeOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(AutoMaeOptions));
        // Counts alone are asked for until the provider has been read.
        return new(provider, options, new RandomMasking(options.Shuffle.MaskRatio));
    }

    /// <summary>This masking for an encoder of a shape, its provider read. One that a first phase shall make is represented by its shape.</summary>
    /// <param name="architecture">The encoder that is trained.</param>
    internal Masking For(VisionTransformerOptions architecture) =>
        Provider is null ? this : With(Provider.For(architecture) ?? new EncoderWeights(architecture, new()));

    /// <summary>This masking with the provider that a first phase has made.</summary>
    internal Masking With(EncoderWeights provider) => new(Provider!, _learned!, new AutoMaeMasking(provider, _learned));
}
