using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <summary>Which patches of an image are hidden from the encoder during pre-training. Immutable.</summary>
public sealed class Masking
{
    private Masking(IMaskingStrategy strategy, string description) => (Strategy, Description) = (strategy, description);

    internal IMaskingStrategy Strategy { get; }

    private string Description { get; }

    /// <summary>Random masking (MAE, He et al. 2022, section 3).</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <exception cref="InvalidOptionsException">The ratio lies outside its range.</exception>
    public static Masking Random(double maskRatio = RandomMasking.DefaultRatio) =>
        new(new RandomMasking(maskRatio), FormattableString.Invariant($"random, {maskRatio:0.##} masked"));

    /// <summary>Attention-driven masking and throwing (AMT, Gui et al. 2022): what the encoder being trained attends to is masked, some of the rest is thrown away and costs nothing.</summary>
    /// <param name="maskRatio">Share of masked patches in the guided epochs, between 0 and 1, both excluded.</param>
    /// <param name="throwRatio">Share of thrown patches in the guided epochs; with <paramref name="maskRatio"/> less than 1.</param>
    /// <exception cref="InvalidOptionsException">The ratios lie outside their ranges.</exception>
    /// <remarks>The first tenth of the epochs masks 75 % at random; maps are made anew every tenth of the run. The other overload changes both.</remarks>
    public static Masking AttentionDriven(double maskRatio = 0.45, double throwRatio = 0.40) =>
        AttentionDriven(new AttentionDrivenMaskingOptions { MaskRatio = maskRatio, ThrowRatio = throwRatio });

    /// <summary>Attention-driven masking and throwing with all its options.</summary>
    /// <param name="options">Ratios, mode and schedule; copied.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking AttentionDriven(AttentionDrivenMaskingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(new AttentionDrivenMasking(options), FormattableString.Invariant($"attention-driven, {options.MaskRatio:0.##} masked, {options.ThrowRatio:0.##} thrown"));
    }

    /// <summary>A strategy of your own. A run can only be resumed if it draws all its numbers from <see cref="SampleContext.Random"/>.</summary>
    /// <param name="strategy">The strategy; thread safe.</param>
    public static Masking Custom(IMaskingStrategy strategy)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        return new(strategy, strategy.GetType().Name);
    }

    /// <summary>The strategy in words.</summary>
    public override string ToString() => Description;
}
