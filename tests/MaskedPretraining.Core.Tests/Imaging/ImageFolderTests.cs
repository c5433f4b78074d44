using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageFolderTests
{
    private static ReadOnlySpan<byte> Anything => [0, 1, 2];

    [TestMethod]
    public void Open_ClassFolders_NumbersClassesByName()
    {
        using var folder = new TestFolder();
        folder.Write("zebra/1.JPG", Anything);
        folder.Write("Ape/deep/2.png", Anything);
        folder.Write("Ape/1.jpeg", Anything);
        folder.Write("empty/notes.txt", Anything);
        folder.Write("Ape/._1.jpg", Anything);
        folder.Write(".git/x.png", Anything);

        var source = Assert.IsInstanceOfType<ILabeledImageSource>(ImageFolder.Open(folder.Path, FixedDecoder.Tiny));

        Assert.AreSequenceEqual(new[] { "Ape", "zebra" }, source.ClassNames);
        Assert.AreSequenceEqual(new[] { folder["Ape/1.jpeg"], folder["Ape/deep/2.png"], folder["zebra/1.JPG"] }, Enumerable.Range(0, source.Count).Select(source.NameOf));
        Assert.AreSequenceEqual(new[] { 0, 0, 1 }, Enumerable.Range(0, source.Count).Select(source.LabelOf));
        Assert.AreEqual(2, source.Load(2).Width);
    }

    [TestMethod]
    public void Open_ImagesInTheFolderItself_HasNoClasses()
    {
        using var folder = new TestFolder();
        folder.Write("b.png", Anything);
        folder.Write("a/1.png", Anything);
        folder.Write(".hidden/1.png", Anything);

        IImageSource source = ImageFolder.Open(folder.Path, FixedDecoder.Tiny);

        Assert.IsNotInstanceOfType<ILabeledImageSource>(source);
        Assert.AreEqual(2, source.Count);
    }

    [TestMethod]
    public void Open_NoImages_SaysSo()
    {
        using var folder = new TestFolder();
        folder.Write("a/1.gif", Anything);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageFolder.Open(folder.Path, FixedDecoder.Tiny));

        Assert.AreEqual($"There is no image in {folder.Path}: no file there or in its sub-folders ends in .jpg, .jpeg, .png.", error.Message);
        Assert.AreEqual(1, ImageFolder.Open(folder.Path, FixedDecoder.Tiny, [".gif"]).Count);
    }

    [TestMethod]
    public void Open_NoFolder_NamesIt()
    {
        var error = Assert.ThrowsExactly<DirectoryNotFoundException>(() => ImageFolder.Open("no/such/folder", FixedDecoder.Tiny));

        Assert.Contains("no/such/folder", error.Message);
    }

    [TestMethod]
    public void Load_FileGone_NamesIt()
    {
        var source = new ImageFileSource(["gone.png"], FixedDecoder.Tiny);

        var error = Assert.ThrowsExactly<ImageFormatException>(() => source.Load(0));

        Assert.AreEqual("gone.png", error.ImageName);
    }
}
