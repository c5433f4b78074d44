using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class FilteredImageSourceTests
{
    [TestMethod]
    public void Of_LabeledSource_KeepsLabelsAndNames()
    {
        var labeled = new LabeledImageSource(MemoryImageSource.Noise(4), [0, 1, 1, 0], ["a", "b"]);

        var some = Assert.IsInstanceOfType<ILabeledImageSource>(FilteredImageSource.Of(labeled, [3, 1]));

        Assert.AreEqual(2, some.Count);
        Assert.AreEqual("memory-3", some.NameOf(0));
        Assert.AreEqual(0, some.LabelOf(0));
        Assert.AreEqual(1, some.LabelOf(1));
        Assert.AreSame(labeled.Load(1), some.Load(1));
    }

    [TestMethod]
    public void Of_UnlabeledSource_HasNoLabels() =>
        Assert.IsNotInstanceOfType<ILabeledImageSource>(FilteredImageSource.Of(MemoryImageSource.Noise(2), [1]));

    [TestMethod]
    public void Constructor_UnknownImage_NamesIndexAndRange()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new FilteredImageSource(MemoryImageSource.Noise(2), [0, 2]));

        Assert.Contains("between 0 and 1", error.Message);
    }

    [TestMethod]
    public void Labels_OutOfRangeOrTooFew_AreRefused()
    {
        var images = MemoryImageSource.Noise(2);

        Assert.Contains("Label 5 of memory-1", Assert.ThrowsExactly<ArgumentException>(() => new LabeledImageSource(images, [0, 5], ["a"])).Message);
        Assert.Contains("1 labels for 2 images", Assert.ThrowsExactly<ArgumentException>(() => new LabeledImageSource(images, [0], ["a"])).Message);
    }
}
