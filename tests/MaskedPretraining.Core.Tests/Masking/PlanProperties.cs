using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Masking;

/// <summary>What holds for every plan of every strategy.</summary>
internal static class PlanProperties
{
    /// <summary>Plans an image; patches of the masked list beyond the returned count are visible.</summary>
    public static (int[] Visible, int[] Masked) Plan(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, float[] weights, long sample)
    {
        var counts = strategy.CountsAt(grid, progress);
        var visible = new int[counts.Visible];
        var masked = new int[counts.Masked];
        int count = strategy.Plan(new SampleContext(grid, progress, new RandomStream(1, RandomPurpose.Mask, progress.Epoch, sample)) { PatchWeights = weights }, visible, masked);
        return ([.. visible, .. masked.AsSpan(count)], masked[..count]);
    }

    /// <summary>Counts add up, no patch is in a list twice or in both, all exist, and the same stream gives the same plan.</summary>
    public static void AssertHold(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, float[] weights)
    {
        var counts = strategy.CountsAt(grid, progress);
        Assert.AreEqual(grid.Count, counts.Masked + counts.Thrown + counts.Visible);
        for (long sample = 0; sample < 20; sample++)
        {
            var (visible, masked) = Plan(strategy, grid, progress, weights, sample);
            int[] all = [.. visible, .. masked];
            Assert.AreEqual(grid.Count - counts.Thrown, all.Length, "counts");
            Assert.IsTrue(masked.Length <= counts.Masked && (masked.Length == counts.Masked || strategy.VariesBetweenImages), "masked count");
            Assert.AreEqual(all.Length, all.Distinct().Count(), "no patch twice");
            Assert.IsTrue(Array.TrueForAll(all, patch => patch >= 0 && patch < grid.Count), "patches of the grid");
            var again = Plan(strategy, grid, progress, weights, sample);
            CollectionAssert.AreEqual(visible, again.Visible);
            CollectionAssert.AreEqual(masked, again.Masked);
        }
    }
}
