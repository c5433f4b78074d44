using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class StochasticDepthTests
{
    private const int Depth = 5;
    private const double Rate = 0.4;

    private static readonly int[] Samples = [.. Enumerable.Range(0, 4000)];

    [TestMethod]
    public void Draw_ManyImages_LeavesOutSharesThatRiseLinearlyAndKeepsTheMean()
    {
        // Five deviations of a share of 4000 draws: sqrt(0.4 * 0.6 / 4000) = 0.0077; of a mean of values up to 1 / 0.6: twice that.
        const double ShareTolerance = 0.04, MeanTolerance = 0.07;
        float[] scales = new StochasticDepth(Depth, Rate, seed: 1).Draw(Samples, epoch: 0);
        Assert.HasCount(Samples.Length * 2 * Depth, scales);
        for (int branch = 0; branch < 2 * Depth; branch++)
        {
            float[] own = [.. Samples.Select(image => scales[(image * 2 * Depth) + branch])];
            double left = Rate * (branch / 2) / (Depth - 1);
            Assert.AreEqual(left, own.Count(scale => scale == 0) / (double)own.Length, ShareTolerance, $"branch {branch}");
            Assert.AreEqual(1, own.Average(), MeanTolerance, $"branch {branch}");
            Assert.IsTrue(own.All(scale => scale == 0 || scale == (float)(1 / (1 - left))), $"branch {branch}");
        }

        Assert.IsTrue(Samples.All(image => scales[image * 2 * Depth] == 1 && scales[(image * 2 * Depth) + 1] == 1), "the first block is always whole");
    }

    [TestMethod]
    public void Draw_BranchesOfAnImage_AreIndependent()
    {
        // Both left out in the last block: 0.4 * 0.4 of 4000, within five deviations.
        float[] scales = new StochasticDepth(Depth, Rate, seed: 1).Draw(Samples, epoch: 0);
        int both = Samples.Count(image => scales[(image * 2 * Depth) + (2 * Depth) - 2] == 0 && scales[(image * 2 * Depth) + (2 * Depth) - 1] == 0);
        Assert.AreEqual(Rate * Rate, both / (double)Samples.Length, 0.03);
    }

    [TestMethod]
    public void Draw_AnyBatch_DependsOnSeedEpochAndImageAlone()
    {
        var depth = new StochasticDepth(Depth, Rate, seed: 1);
        float[] together = depth.Draw([3, 8, 5, 9], epoch: 2);
        CollectionAssert.AreEqual(together[(2 * 2 * Depth)..(3 * 2 * Depth)], depth.Draw([5], epoch: 2));
        CollectionAssert.AreEqual(together, new StochasticDepth(Depth, Rate, seed: 1).Draw([3, 8, 5, 9], epoch: 2));
        CollectionAssert.AreNotEqual(depth.Draw(Samples, epoch: 2), depth.Draw(Samples, epoch: 3));
        CollectionAssert.AreNotEqual(depth.Draw(Samples, epoch: 2), new StochasticDepth(Depth, Rate, seed: 2).Draw(Samples, epoch: 2));
    }

    [TestMethod]
    public void Draw_NothingToLeaveOut_IsEmptyOrOne()
    {
        Assert.IsEmpty(new StochasticDepth(Depth, 0, seed: 1).Draw(Samples, epoch: 0));
        Assert.IsTrue(new StochasticDepth(1, Rate, seed: 1).Draw(Samples, epoch: 0).All(scale => scale == 1), "a single block is the first one");
    }
}
