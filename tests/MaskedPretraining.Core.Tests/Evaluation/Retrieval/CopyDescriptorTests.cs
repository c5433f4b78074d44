namespace MaskedPretraining.Core.Evaluation.Retrieval;

[TestClass]
public sealed class CopyDescriptorTests
{
    private const float Single = 1e-6f; // one rounding to single precision

    [TestMethod]
    public void Write_TwoPatches_IsTheFourthRootOfTheMeanFourthPower()
    {
        var descriptor = new float[4];
        CopyDescriptor.Write([5, -6], [1, -3, 2, -4], descriptor);
        Assert.AreEqual(5f, descriptor[0]);
        Assert.AreEqual(-6f, descriptor[1]);
        Assert.AreEqual((float)Math.Pow((1 + 16) / 2.0, 0.25), descriptor[2], Single);
        Assert.AreEqual(1e-6f, descriptor[3], 1e-12f, "negative tokens count as the floor");
    }

    [TestMethod]
    public void Write_LengthsThatDoNotFit_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => CopyDescriptor.Write([1, 2], [1, 2, 3], new float[4]));
        Assert.ThrowsExactly<ArgumentException>(() => CopyDescriptor.Write([1, 2], [], new float[4]));
        Assert.ThrowsExactly<ArgumentException>(() => CopyDescriptor.Write([1, 2], [1, 2], new float[3]));
    }
}
