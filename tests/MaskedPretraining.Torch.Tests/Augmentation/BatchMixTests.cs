using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Torch.Augmentation;

namespace MaskedPretraining.Torch.Tests.Augmentation;

[TestClass]
public sealed class BatchMixTests
{
    [TestMethod]
    // Sides of 20x30 by sqrt(1 - 0.75): 10 and 15, halved to 5 and 7.
    [DataRow(0.75, 10, 15, 5, 8, 10, 14)]
    [DataRow(0.75, 2, 28, 0, 21, 7, 9)]
    [DataRow(0.0, 10, 15, 0, 0, 20, 30)]
    [DataRow(0.0, 0, 0, 0, 0, 10, 15)]
    public void Cut_AnyCentre_IsCutOffAtTheEdgeAndSetsLambda(double lambda, int y, int x, int top, int left, int height, int width)
    {
        BatchMix mix = BatchMix.Cut(20, 30, lambda, y, x)!.Value;

        Assert.AreEqual(new CropBox(top, left, height, width), mix.Box);
        Assert.AreEqual(1 - (height * width / 600.0), mix.Lambda);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.995)]
    public void Cut_SidesBelowTwoPixels_MixesNothing(double lambda) => Assert.IsNull(BatchMix.Cut(20, 20, lambda, 10, 10));
}
