using MaskedPretraining.Core.Pictures;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests.Imaging;

[TestClass]
public sealed class ImageSourceViewTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Schema_WithClasses_HasPathLabelImage()
    {
        var schema = new MLContext().MaskedPretraining.Images(new ColorImages(4)).Schema;
        Assert.AreSequenceEqual(["ImagePath", "Label", "Image"], schema.Select(column => column.Name).ToArray());
        Assert.IsInstanceOfType<ImageDataViewType>(schema["Image"].Type);
        Assert.IsInstanceOfType<TextDataViewType>(schema["Label"].Type);
    }

    [TestMethod]
    public void Schema_WithoutClasses_HasNoLabel()
    {
        var schema = new MLContext().MaskedPretraining.Images(new BrokenImages(new ColorImages(4))).Schema;
        Assert.AreSequenceEqual(["ImagePath", "Image"], schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Cursor_ReadTwice_GivesTheSameRows()
    {
        var view = new MLContext().MaskedPretraining.Images(new ColorImages(5));
        Assert.AreSequenceEqual(Columns.Texts(view, "ImagePath"), Columns.Texts(view, "ImagePath"));
        Assert.AreSequenceEqual(["blue", "red", "blue", "red", "blue"], Columns.Texts(view, "Label"));
    }

    [TestMethod]
    public void Cursor_Image_HasTheSourcesPixels()
    {
        var source = new ColorImages(2);
        var view = new MLContext().MaskedPretraining.Images(source);
        var images = Columns.Values<MLImage>(view, "Image");
        var expected = source.Load(1);
        var pixels = images[1].Pixels;
        Assert.AreEqual(expected.Width, images[1].Width);
        for (int i = 0; i < expected.Width * expected.Height; i++)
        {
            // Blue, green, red, opacity.
            Assert.AreEqual(expected.Pixels[3 * i], pixels[(4 * i) + 2]);
            Assert.AreEqual(expected.Pixels[(3 * i) + 2], pixels[4 * i]);
            Assert.AreEqual(byte.MaxValue, pixels[(4 * i) + 3]);
        }

        Array.ForEach(images, image => image.Dispose());
    }

    [TestMethod]
    public void Cursor_Shuffled_HasEveryRowOnceInAnotherOrder()
    {
        var view = new MLContext().MaskedPretraining.Images(new ColorImages(30));
        using var cursor = view.GetRowCursor(view.Schema, new Random(3));
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ImagePath"]);
        var names = new List<string>();
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> name = default;
            getter(ref name);
            names.Add(name.ToString());
        }

        string[] inOrder = Columns.Texts(view, "ImagePath");
        Assert.AreNotEqual(string.Join(' ', inOrder), string.Join(' ', names));
        Assert.AreSequenceEqual(inOrder.Order().ToArray(), names.Order().ToArray());
    }

    [TestMethod]
    public void FirstUse_BrokenImages_AreNamedCountedAndSkipped()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var view = ml.MaskedPretraining.Images(new BrokenImages(new ColorImages(6), 1, 4));
        Assert.IsNull(view.GetRowCount());
        Assert.AreSequenceEqual(["image 0", "image 2", "image 3", "image 5"], Columns.Texts(view, "ImagePath"));
        Assert.AreEqual(4, view.GetRowCount());
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains("image 1 cannot be read", warnings);
        Assert.Contains("image 4 cannot be read", warnings);
        Assert.Contains("2 of 6 images are skipped", warnings);
    }

    [TestMethod]
    public void FirstUse_AllBroken_IsOneError()
    {
        var view = new MLContext().MaskedPretraining.Images(new BrokenImages(new ColorImages(2), 0, 1));
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Columns.Texts(view, "ImagePath"));
        Assert.Contains("None of the 2 images", exception.Message);
    }

    [TestMethod]
    public void ImageFolder_PhotosInTheWild_AreReadUprightOrSkipped()
    {
        string folder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        PngWriter.Save(Path.Combine(folder, "a-colour.png"), new ColorImages(1, size: 20).Load(0));
        PngWriter.Save(Path.Combine(folder, "b-grey.png"), new ColorImages(1, size: 9, channels: 1).Load(0));
        PngWriter.Save(Path.Combine(folder, "c-opacity.png"), new ColorImages(1, size: 31, channels: 4).Load(0));
        File.WriteAllText(Path.Combine(folder, "d-broken.jpg"), "this is no photo");
        File.WriteAllBytes(Path.Combine(folder, "e-empty.png"), []);
        var ml = new MLContext();
        var log = new LogLines(ml);
        var view = ml.MaskedPretraining.ImageFolder(folder);
        var images = Columns.Values<MLImage>(view, "Image");
        Assert.AreSequenceEqual([20, 9, 31], images.Select(image => image.Width).ToArray());
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains("d-broken.jpg", warnings);
        Assert.Contains("e-empty.png", warnings);
        Array.ForEach(images, image => image.Dispose());
    }

    [TestMethod]
    public void AtLeast_SomeImagesSmallerThanAPatch_KeepsTheOthersInOrder()
    {
        string folder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        foreach (int side in new[] { 5, 20, 7, 8, 31 })
        {
            PngWriter.Save(Path.Combine(folder, $"side-{side:00}.png"), new ColorImages(1, size: side).Load(0));
        }

        File.WriteAllText(Path.Combine(folder, "a-broken.png"), "this is no photo");
        var ml = new MLContext();
        var log = new LogLines(ml);
        var view = (ML.Imaging.ImageSourceView)ml.MaskedPretraining.ImageFolder(folder);

        var images = view.AtLeast(8);

        Assert.AreSequenceEqual([8, 20, 31], Enumerable.Range(0, images.Count).Select(number => images.Load(number).Width).ToArray());
        Assert.IsTrue(images.NameOf(0).EndsWith("side-08.png", StringComparison.Ordinal));
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains("side-05.png is only 5 pixels high or wide; at least 8 are needed", warnings);
        Assert.Contains("side-07.png is only 7 pixels", warnings);
        Assert.Contains("2 of 5 images are skipped, 3 are used", warnings);
        Assert.AreEqual(5, view.AtLeast(1).Count);
    }

    [TestMethod]
    public void ImageFolder_Empty_SaysSo()
    {
        string folder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new MLContext().MaskedPretraining.ImageFolder(folder));
        Assert.Contains(folder, exception.Message);
    }
}
