using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of block-wise masking. The defaults are MaskFeat's (Wei et al. 2022) with an exact count; BEiT's (Bao et al. 2022) are 75 of 196 patches in blocks of at least 16.</summary>
public sealed class BlockMaskingOptions
{
    /// <summary>Share r of masked patches: <c>round(N r)</c>, half to even.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.4: 78 of 196.</value>
    public double MaskRatio { get; set; } = 0.4;

    /// <summary>Patches that a block has at least, before its sides are rounded. Near the end, where fewer are left to mask, blocks may be smaller.</summary>
    /// <value>At least 1; null (default): a fifth of the masked patches, rounded down: 15 of 78.</value>
    public int? MinBlock { get; set; }

    /// <summary>Patches that a block masks at most.</summary>
    /// <value>At least 1 and at least <see cref="MinBlock"/>; null (default): all that are left to mask.</value>
    public int? MaxBlock { get; set; }

    /// <summary>Smallest ratio of a block's height to its width; the largest is its inverse.</summary>
    /// <value>Greater than 0, at most 1. Default 0.3.</value>
    public double MinAspect { get; set; } = 0.3;

    /// <summary>Whether single random patches fill up what the blocks leave out (BEiT v2), so that every image has the same count, as encoders that drop masked patches need.</summary>
    /// <value>Default true. False: the count varies between images and is often a little lower (BEiT v1, MaskFeat).</value>
    public bool Exact { get; set; } = true;

    /// <summary>An independent copy.</summary>
    public BlockMaskingOptions Clone() => (BlockMaskingOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        PlanCounts.RequireRatio(errors, MaskRatio);
        errors.Require(MinBlock is null or >= 1, nameof(MinBlock), MinBlock, "be at least 1");
        errors.Require(MaxBlock is null || MaxBlock >= Math.Max(1, MinBlock ?? 1), nameof(MaxBlock), MaxBlock, $"be at least 1 and at least {nameof(MinBlock)}");
        errors.Require(MinAspect is > 0 and <= 1, nameof(MinAspect), MinAspect, "be greater than 0 and at most 1");
    }
}
