using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Counts and lists of patches: what every masking strategy has to check and to fill.</summary>
internal static class PlanCounts
{
    /// <summary>Up to so many patches a plan's working memory lies on the stack (1024 is a 32x32 grid).</summary>
    public const int MaximumStackCount = 1024;

    /// <summary>Notes a mask ratio that can be of no use on any grid.</summary>
    public static void RequireRatio(OptionErrors errors, double ratio, string name = "MaskRatio") =>
        errors.Require(ratio is > 0 and < 1, name, ratio, "lie between 0 and 1, both excluded");

    /// <summary>MAE's counts: <c>int(N (1 - ratio))</c> patches stay visible, in double precision, and the rest is masked.</summary>
    public static MaskCounts OfRatio(string owner, PatchGrid grid, double ratio)
    {
        int visible = (int)(grid.Count * (1 - ratio));
        var counts = new MaskCounts(grid.Count - visible, 0, visible);
        // Asked for every image, so that words are made only where something is wrong.
        return AreUsable(counts) ? counts : Checked(owner, grid, counts, FormattableString.Invariant($"MaskRatio {ratio}"));
    }

    /// <summary>Passes counts on if there is something to see and something to predict.</summary>
    public static MaskCounts Checked(string owner, PatchGrid grid, MaskCounts counts, string ratios)
    {
        if (AreUsable(counts))
        {
            return counts;
        }

        var errors = new OptionErrors();
        errors.Require(counts.Visible >= 1, $"Visible patches at {ratios}", counts.Visible, $"be at least 1 of the {grid.Count} on the {grid} grid (mask or throw less, or take smaller patches or larger images)");
        errors.Require(counts.Masked >= 1, $"Masked patches at {ratios}", counts.Masked, $"be at least 1 of the {grid.Count} on the {grid} grid (mask more, or take smaller patches or larger images)");
        errors.ThrowIfAny(owner);
        return counts;
    }

    private static bool AreUsable(MaskCounts counts) => counts is { Visible: >= 1, Masked: >= 1 };

    /// <summary>Checks that the lists to fill have the lengths of the counts.</summary>
    public static void CheckLengths(MaskCounts counts, int visible, int masked)
    {
        if (visible != counts.Visible || masked != counts.Masked)
        {
            throw new ArgumentException($"A plan of {counts} was asked to fill {visible} visible and {masked} masked patches; ask CountsAt for the lengths.");
        }
    }

    /// <summary>Writes 0, 1, 2, ...</summary>
    public static void Enumerate(Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
    }

    /// <summary>Leaves the patches with the smallest scores visible and masks the rest, both lists by ascending score. Sorts <paramref name="scores"/> too.</summary>
    public static void KeepSmallest<T>(Span<T> scores, Span<int> visible, Span<int> masked)
    {
        Span<int> order = scores.Length <= MaximumStackCount ? stackalloc int[scores.Length] : new int[scores.Length];
        Enumerate(order);
        scores.Sort(order);
        order[..visible.Length].CopyTo(visible);
        order[visible.Length..].CopyTo(masked);
    }

    /// <summary>Lists the patches of a mask, both lists in the order of the grid; visible patches for which their list has no room follow the masked ones.</summary>
    /// <returns>How many patches are masked.</returns>
    public static int FromMask(ReadOnlySpan<bool> isMasked, Span<int> visible, Span<int> masked)
    {
        int count = 0;
        for (int patch = 0; patch < isMasked.Length; patch++)
        {
            if (isMasked[patch])
            {
                masked[count++] = patch;
            }
        }

        int other = 0;
        for (int patch = 0; patch < isMasked.Length; patch++)
        {
            if (!isMasked[patch])
            {
                (other < visible.Length ? ref visible[other] : ref masked[count + other - visible.Length]) = patch;
                other++;
            }
        }

        return count;
    }
}
