using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// Mixup (Zhang et al., ICLR 2018) and CutMix (Yun et al., ICCV 2019) of whole batches: one of the two and one share lambda a batch; the partner of image i of B is image
/// B - 1 - i. The middle image of an odd batch is its own partner and stays as it is.
/// </summary>
/// <remarks>The defaults are those with which MAE fine-tunes. Its code refuses odd batches; here a last batch may have any size.</remarks>
public sealed class MixingOptions
{
    /// <summary>Mixup draws lambda from Beta(alpha, alpha).</summary>
    /// <value>At least 0; 0: no mixup. Default 0.8.</value>
    public double MixupAlpha { get; set; } = 0.8;

    /// <summary>CutMix draws lambda from Beta(alpha, alpha).</summary>
    /// <value>At least 0; 0: no CutMix. Default 1: all shares equally likely.</value>
    public double CutMixAlpha { get; set; } = 1;

    /// <summary>How often a mixed batch takes CutMix rather than mixup, if both are on.</summary>
    /// <value>0 to 1. Default 0.5.</value>
    public double CutMixProbability { get; set; } = 0.5;

    /// <summary>How often a batch is mixed.</summary>
    /// <value>0 to 1. Default 1.</value>
    public double Probability { get; set; } = 1;

    /// <summary>An independent copy.</summary>
    public MixingOptions Clone() => (MixingOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(MixupAlpha >= 0 && double.IsFinite(MixupAlpha), nameof(MixupAlpha), MixupAlpha, "be at least 0 and finite");
        errors.Require(CutMixAlpha >= 0 && double.IsFinite(CutMixAlpha), nameof(CutMixAlpha), CutMixAlpha, "be at least 0 and finite");
        errors.Require(MixupAlpha > 0 || CutMixAlpha > 0, nameof(MixupAlpha), MixupAlpha, "be above 0 where CutMixAlpha is 0; set Mixing to null for neither");
        errors.Require(CutMixProbability is >= 0 and <= 1, nameof(CutMixProbability), CutMixProbability, "lie between 0 and 1");
        errors.Require(Probability is >= 0 and <= 1, $"Mixing.{nameof(Probability)}", Probability, "lie between 0 and 1");
    }
}
