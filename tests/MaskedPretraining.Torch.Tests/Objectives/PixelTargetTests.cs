using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class PixelTargetTests
{
    [TestMethod]
    public void Of_Normalized_HasMeanZeroAndUnbiasedVarianceOne()
    {
        using var scope = NewDisposeScope();
        var patches = tensor(new float[] { 1, 2, 4, 5, 7, 7, 7, 7 }).view(2, 4);
        float[] target = TensorMemory.ToSingles(new PixelTarget(normalize: true).Of(patches));
        // Mean 3, sum of squares 10, divided by 3.
        double deviation = Math.Sqrt((10.0 / 3) + 1e-6);
        CollectionAssert.AreEqual(
            new[] { -2 / deviation, -1 / deviation, 1 / deviation, 2 / deviation, 0, 0, 0, 0 },
            Array.ConvertAll(target, value => (double)value),
            Comparer<double>.Create((a, b) => Math.Abs(a - b) < 1e-6 ? 0 : a.CompareTo(b)));
    }

    [TestMethod]
    public void Of_Plain_IsThePixels()
    {
        using var scope = NewDisposeScope();
        var patches = tensor(new float[] { 1, 2, 4, 5 }).view(1, 4);
        CollectionAssert.AreEqual(new float[] { 1, 2, 4, 5 }, TensorMemory.ToSingles(new PixelTarget(normalize: false).Of(patches)));
    }

    [TestMethod]
    public void Denormalize_OwnTarget_GivesThePatchBack()
    {
        using var scope = NewDisposeScope();
        var patches = tensor(new float[] { 1, 2, 4, 5 }).view(1, 4);
        float[] back = TensorMemory.ToSingles(PixelTarget.Denormalize(new PixelTarget(normalize: true).Of(patches), patches));
        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(TensorMemory.ToSingles(patches)[i], back[i], 1e-5f);
        }
    }
}
