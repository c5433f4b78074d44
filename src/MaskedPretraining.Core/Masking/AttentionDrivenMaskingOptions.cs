using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of attention-driven masking and throwing. The defaults are the paper's for MAE (Gui et al. 2022).</summary>
public sealed class AttentionDrivenMaskingOptions
{
    /// <summary>Share r of masked patches in the guided epochs: <c>int(N r)</c>, or <c>ceil(units r)</c> with units of several patches.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.45.</value>
    public double MaskRatio { get; set; } = 0.45;

    /// <summary>Share t of thrown patches in the guided epochs: <c>int(N (r + t)) - int(N r)</c>, or <c>ceil(units t)</c> with units of several patches.</summary>
    /// <value>0 or more; less than 1 - <see cref="MaskRatio"/>. 0 masks only. Default 0.40.</value>
    public double ThrowRatio { get; set; } = 0.40;

    /// <summary>Which patches are thrown.</summary>
    /// <value>Default <see cref="ThrowMode.Middle"/>.</value>
    public ThrowMode Mode { get; set; } = ThrowMode.Middle;

    /// <summary>Weights below this times the mean weight count as that much, so that no patch is always last.</summary>
    /// <value>0 to 1. Default 1e-6; 0 as in AMT's released code.</value>
    public double FloorFactor { get; set; } = 1e-6;

    /// <summary>Patches k on a side of the squares that are masked, thrown or left visible as one, with their weights summed (SimMIM, section 3.2); counts are rounded up then.</summary>
    /// <value>At least 1; divides both sides of the grid. Default 1: single patches, counts cut as in MAE. SimMIM's 32 pixels are 2 patches of 16.</value>
    public int UnitSide { get; set; } = 1;

    /// <summary>Share of masked patches in the random epochs at the start; nothing is thrown there.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.75, as in AMT's released code whatever the other ratios. With SimMIM take 0.6; AMT's code for it has <see cref="MaskRatio"/> there.</value>
    public double RandomRatio { get; set; } = RandomMasking.DefaultRatio;

    /// <summary>First guided epoch T0, from 0. The maps are made just before it.</summary>
    /// <value>0 or more, and less than the epochs of the run, which refuses to start otherwise since nothing would ever be guided; null (default): <c>round(0.1 E) + 1</c> of E epochs, which is AMT's 41 of 400.</value>
    public int? StartEpoch { get; set; }

    /// <summary>Epochs K from one making of the maps to the next.</summary>
    /// <value>1 or more; null (default): <c>round(0.1 E)</c>, at least 1, which is AMT's 40 of 400.</value>
    public int? RefreshInterval { get; set; }

    /// <summary>How a map of the whole image is brought to a crop: compatibility switch.</summary>
    /// <value>Default <see cref="MapCrop.PixelSum"/>, what AMT means. <see cref="MapCrop.AsReleased"/> is what its released code does: it divides pixel coordinates by the image side without
    /// multiplying by the map side, so that the top left 2 x 2 or 3 x 3 cells are stretched over every crop, and masks have little to do with the object.</value>
    public MapCrop MapCrop { get; set; } = MapCrop.PixelSum;

    internal double ThrowRatioToUse => Mode == ThrowMode.None ? 0 : ThrowRatio;

    /// <summary>An independent copy.</summary>
    public AttentionDrivenMaskingOptions Clone() => (AttentionDrivenMaskingOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        PlanCounts.RequireRatio(errors, MaskRatio);
        errors.Require(ThrowRatio is >= 0 and < 1, nameof(ThrowRatio), ThrowRatio, "be at least 0 and less than 1");
        errors.Require(MaskRatio + ThrowRatioToUse < 1, FormattableString.Invariant($"{nameof(MaskRatio)} {MaskRatio} + {nameof(ThrowRatio)} {ThrowRatio}"), MaskRatio + ThrowRatio, "be less than 1 (the rest stays visible; lower one of them)");
        errors.Require(Enum.IsDefined(Mode), nameof(Mode), Mode, "be Middle, Low, Random or None");
        errors.Require(FloorFactor is >= 0 and <= 1, nameof(FloorFactor), FloorFactor, "lie from 0 to 1");
        errors.Require(UnitSide >= 1, nameof(UnitSide), UnitSide, "be at least 1");
        PlanCounts.RequireRatio(errors, RandomRatio, nameof(RandomRatio));
        errors.Require(StartEpoch is null or >= 0, nameof(StartEpoch), StartEpoch, "be at least 0");
        errors.Require(RefreshInterval is null or >= 1, nameof(RefreshInterval), RefreshInterval, "be at least 1");
        errors.Require(MapCrop is MapCrop.PixelSum or MapCrop.AsReleased, nameof(MapCrop), MapCrop, "be PixelSum or AsReleased");
    }
}
