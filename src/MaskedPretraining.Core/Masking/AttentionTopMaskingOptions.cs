using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of attention-guided token masking. The ratios are those of AttMask (Kakogeorgiou et al. 2022); it was made for distillation, where all images are masked only half of the time.</summary>
public sealed class AttentionTopMaskingOptions
{
    /// <summary>Which patches are masked.</summary>
    /// <value>Default <see cref="AttentionTopMode.High"/>.</value>
    public AttentionTopMode Mode { get; set; } = AttentionTopMode.High;

    /// <summary>Share r of masked patches, before hints are shown: <c>int(N r)</c>.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.3, the mean of AttMask's, which draws 0.1 to 0.5 for each batch. MAE's 0.75 leaves background only.</value>
    public double MaskRatio { get; set; } = 0.3;

    /// <summary>Share s of the most attended patches from which hints are drawn, <see cref="AttentionTopMode.Hint"/> only: <c>int(s r N)</c> of the <c>int(s N)</c> most attended stay visible.</summary>
    /// <value>0 to <see cref="MaskRatio"/>. Default 0.1.</value>
    public double ShowMax { get; set; } = 0.1;

    /// <summary>Probability that an image is masked at all.</summary>
    /// <value>Greater than 0, at most 1. Default 1. AttMask's is 0.5; less than 1 makes counts vary between images.</value>
    public double Probability { get; set; } = 1;

    /// <summary>First guided epoch, from 0; before it, as many patches are masked at random.</summary>
    /// <value>0 or more, and less than the epochs of the run; null (default): <c>round(0.1 E) + 1</c> of E epochs. With maps that are there from the start take 0.</value>
    public int? StartEpoch { get; set; }

    /// <summary>Epochs from one making of the maps to the next, where the encoder being trained makes them.</summary>
    /// <value>1 or more; null (default): <c>round(0.1 E)</c>, at least 1. AttMask's teacher makes them for every step.</value>
    public int? RefreshInterval { get; set; }

    /// <summary>An independent copy.</summary>
    public AttentionTopMaskingOptions Clone() => (AttentionTopMaskingOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Mode), nameof(Mode), Mode, "be High, Hint or Low");
        PlanCounts.RequireRatio(errors, MaskRatio);
        errors.Require(Mode != AttentionTopMode.Hint || (ShowMax >= 0 && ShowMax <= MaskRatio), nameof(ShowMax), ShowMax, FormattableString.Invariant($"lie from 0 to {nameof(MaskRatio)} {MaskRatio}, since hints are shown among masked patches"));
        errors.Require(Probability is > 0 and <= 1, nameof(Probability), Probability, "be greater than 0 and at most 1");
        errors.Require(StartEpoch is null or >= 0, nameof(StartEpoch), StartEpoch, "be at least 0");
        errors.Require(RefreshInterval is null or >= 1, nameof(RefreshInterval), RefreshInterval, "be at least 1");
    }
}
