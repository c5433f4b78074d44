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

    /// <summary>A plan as <see cref="MaskPicture"/>.</summary>
    public static string Picture(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, float[] weights, long sample)
    {
        var (visible, masked) = Plan(strategy, grid, progress, weights, sample);
        return MaskPicture.Of(grid, visible, masked);
    }

    /// <summary>Plans often enough that a strategy that skips images has met one that it does not skip.</summary>
    public static void PlanOften(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, float[] weights)
    {
        for (long sample = 0; sample < 20; sample++)
        {
            Plan(strategy, grid, progress, weights, sample);
        }
    }

    /// <summary>How often each patch is masked in so many plans, as a share.</summary>
    public static double[] MaskedShares(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, float[] weights, int samples)
    {
        var shares = new double[grid.Count];
        for (long sample = 0; sample < samples; sample++)
        {
            Array.ForEach(Plan(strategy, grid, progress, weights, sample).Masked, patch => shares[patch] += 1.0 / samples);
        }

        return shares;
    }

    /// <summary>Every patch is masked equally often, within five standard deviations of its share.</summary>
    public static void AssertEven(double[] shares, double expected, int samples)
    {
        double tolerance = 5 * Math.Sqrt(expected * (1 - expected) / samples);
        Assert.IsTrue(Array.TrueForAll(shares, share => Math.Abs(share - expected) < tolerance), string.Join(", ", shares));
    }

    /// <summary>Share of neighbours, side by side or one above the other, of which both or neither are masked: 0.625 if 75 % are masked independently.</summary>
    public static double NeighbourAgreement(IMaskingStrategy strategy, PatchGrid grid, TrainingProgress progress, int samples)
    {
        double same = 0;
        double pairs = 0;
        for (long sample = 0; sample < samples; sample++)
        {
            string[] rows = Picture(strategy, grid, progress, [], sample).Split('\n');
            for (int row = 0; row < grid.Rows; row++)
            {
                for (int column = 0; column < grid.Columns; column++)
                {
                    foreach (var (nextRow, nextColumn) in new[] { (row + 1, column), (row, column + 1) })
                    {
                        if (nextRow < grid.Rows && nextColumn < grid.Columns)
                        {
                            pairs++;
                            same += rows[row][column] == rows[nextRow][nextColumn] ? 1 : 0;
                        }
                    }
                }
            }
        }

        return same / pairs;
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
