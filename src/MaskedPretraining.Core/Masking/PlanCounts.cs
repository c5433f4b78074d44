using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>What every masking strategy has to check and to do with patch numbers.</summary>
internal static class PlanCounts
{
    /// <summary>Up to so many patches a plan's working memory lies on the stack (1024 is a 32x32 grid).</summary>
    public const int MaximumStackCount = 1024;

    /// <summary>Passes counts on if there is something to see and something to predict.</summary>
    public static MaskCounts Checked(string owner, PatchGrid grid, MaskCounts counts, string ratios)
    {
        var errors = new OptionErrors();
        errors.Require(counts.Visible >= 1, $"Visible patches at {ratios}", counts.Visible, $"be at least 1 of the {grid.Count} on the {grid} grid (mask or throw less, or take smaller patches or larger images)");
        errors.Require(counts.Masked >= 1, $"Masked patches at {ratios}", counts.Masked, $"be at least 1 of the {grid.Count} on the {grid} grid (mask more, or take smaller patches or larger images)");
        errors.ThrowIfAny(owner);
        return counts;
    }

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
}
