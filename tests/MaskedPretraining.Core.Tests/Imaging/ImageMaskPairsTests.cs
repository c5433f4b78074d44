using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageMaskPairsTests
{
    private static ReadOnlySpan<byte> Anything => [0, 1, 2];

    [TestMethod]
    public void Open_TwoFolders_PairsByName() => Use(folder =>
    {
        folder.Write("images/b.jpg", Anything);
        folder.Write("images/a.jpg", Anything);
        folder.Write("masks/a.png", Anything);
        folder.Write("masks/b.png", Anything);
        folder.Write("masks/other.png", Anything);

        var pairs = ImageMaskPairs.Open(folder["images"], folder["masks"], FixedDecoder.Tiny);

        Assert.IsNotInstanceOfType<ILabeledImageSource>(pairs.Images);
        Assert.AreSequenceEqual(new[] { folder["images/a.jpg"], folder["images/b.jpg"] }, Names(pairs.Images));
        Assert.AreSequenceEqual(new[] { folder["masks/a.png"], folder["masks/b.png"] }, Names(pairs.Masks));
    });

    [TestMethod]
    public void Open_ClassFolders_KeepsClasses() => Use(folder =>
    {
        folder.Write("images/cat/1.jpg", Anything);
        folder.Write("images/dog/1.jpg", Anything);
        folder.Write("masks/cat/1.png", Anything);
        folder.Write("masks/dog/1.png", Anything);

        var pairs = ImageMaskPairs.Open(folder["images"], folder["masks"], FixedDecoder.Tiny);

        Assert.AreSequenceEqual(new[] { "cat", "dog" }, Assert.IsInstanceOfType<ILabeledImageSource>(pairs.Images).ClassNames);
        Assert.AreEqual(folder["masks/dog/1.png"], pairs.Masks.NameOf(1));
    });

    [TestMethod]
    public void Open_OneFolder_TellsMasksFromPhotosByName() => Use(folder =>
    {
        folder.Write("cat/1.png", Anything);
        folder.Write("cat/1.mask.png", Anything);
        folder.Write("dog/2.png", Anything);
        folder.Write("dog/2.mask.png", Anything);

        var pairs = ImageMaskPairs.Open(folder.Path, folder.Path, FixedDecoder.Tiny, "{name}.mask.png");

        Assert.AreSequenceEqual(new[] { folder["cat/1.png"], folder["dog/2.png"] }, Names(pairs.Images));
        Assert.AreSequenceEqual(new[] { folder["cat/1.mask.png"], folder["dog/2.mask.png"] }, Names(pairs.Masks));
        Assert.AreSequenceEqual(new[] { "cat", "dog" }, Assert.IsInstanceOfType<ILabeledImageSource>(pairs.Images).ClassNames);
    });

    [TestMethod]
    public void Open_MaskMissing_NamesPhotoAndMask() => Use(folder =>
    {
        folder.Write("images/a.jpg", Anything);
        folder.Write("images/b.jpg", Anything);
        folder.Write("masks/a.png", Anything);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => ImageMaskPairs.Open(folder["images"], folder["masks"], FixedDecoder.Tiny)).Message;

        Assert.Contains("1 of 2 photos have no mask", message);
        Assert.Contains(folder["images/b.jpg"], message);
        Assert.Contains(folder["masks/b.png"], message);
    });

    [TestMethod]
    [DataRow("mask.png")]
    [DataRow("{name}.png")]
    public void Open_OneFolderWithoutDifference_IsRefused(string maskName) => Use(folder =>
    {
        folder.Write("a.png", Anything);
        Assert.Contains("{name}_mask.png", Assert.ThrowsExactly<ArgumentException>(() => ImageMaskPairs.Open(folder.Path, folder.Path, FixedDecoder.Tiny, maskName)).Message);
    });

    private static void Use(Action<TestFolder> test)
    {
        using var folder = new TestFolder();
        test(folder);
    }

    private static IEnumerable<string> Names(IImageSource source) => Enumerable.Range(0, source.Count).Select(source.NameOf);
}
