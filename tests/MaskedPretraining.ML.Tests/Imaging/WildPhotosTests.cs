using MaskedPretraining.Core.Pictures;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests.Imaging;

/// <summary>A folder as people have them: mixed sizes and kinds, with files among them that are no images.</summary>
[TestClass]
public sealed class WildPhotosTests
{
    /// <summary>JPEG rounds, and halves its colour resolution; a plain CMYK conversion adds a little more.</summary>
    private const int ColorTolerance = 24;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("wild-photos").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(WildPhotos.CmykJpeg, "a.jpg")]
    [DataRow(WildPhotos.PalettePng, "a.png")]
    public void ImageFolder_ColorsOfEveryKind_BecomeRedAndBlue(string encoded, string name)
    {
        Write(name, encoded);
        using var image = Images(new MLContext()).Single();
        Assert.AreEqual((32, 24), (image.Width, image.Height));
        AssertColor(image, 6, 12, 200, 40, 40);
        AssertColor(image, 26, 12, 40, 60, 200);
    }

    [TestMethod]
    public void ImageFolder_Grey_HasEqualChannels()
    {
        Write("a.jpg", WildPhotos.GreyJpeg);
        using var image = Images(new MLContext()).Single();
        int at = 4 * ((12 * image.Width) + 6);
        Assert.AreEqual(image.Pixels[at], image.Pixels[at + 1]);
        Assert.AreEqual(image.Pixels[at], image.Pixels[at + 2]);
    }

    [TestMethod]
    public void ImageFolder_ExifOrientation6_IsTurnedAQuarterClockwise()
    {
        Write("a.jpg", WildPhotos.TurnedJpeg);
        using var image = Images(new MLContext()).Single();
        Assert.AreEqual((24, 32), (image.Width, image.Height));
        // What was on the left is on top.
        AssertColor(image, 12, 6, 200, 40, 40);
        AssertColor(image, 12, 26, 40, 60, 200);
    }

    [TestMethod]
    public void GuidedMae_BrokenFilesAmongThem_AreNamedCountedAndSkipped()
    {
        MakeWildFolder();
        File.WriteAllText(Path.Combine(_folder, "notes.jpg"), "this is no photo");
        File.WriteAllBytes(Path.Combine(_folder, "nothing.png"), []);
        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        var photos = ml.MaskedPretraining.ImageFolder(_folder);

        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(photos);

        Assert.HasCount(4, encoder.Transform(photos).GetColumn<float[]>("Features").ToArray());
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains("notes.jpg", warnings);
        Assert.Contains("nothing.png", warnings);
        Assert.Contains("2 of 6 images are skipped", warnings);
    }

    [TestMethod]
    public void GuidedMae_SomePhotosSmallerThanAPatch_TrainsOnTheOthersAndEncodesAll()
    {
        MakeWildFolder();
        foreach (int side in new[] { 2, 3, 4 })
        {
            PngWriter.Save(Path.Combine(_folder, $"side-{side}.png"), new ColorImages(1, side).Load(0));
        }

        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        var photos = ml.MaskedPretraining.ImageFolder(_folder);

        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(photos);

        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains("side-2.png is only 2 pixels", warnings);
        Assert.Contains("side-3.png is only 3 pixels", warnings);
        Assert.Contains("2 of 7 images are skipped, 5 are used", warnings);
        // A fitted encoder scales what it is asked about.
        Assert.HasCount(7, Columns.Vectors(encoder.Transform(photos), "Features"));
    }

    [TestMethod]
    public void GuidedMae_FilesThatBreakOff_AreSkippedByName()
    {
        // Decoders would make grey of what is missing, and half a picture teaches nothing.
        // Of three files: warnings name twenty at most.
        const int Cuts = 6;
        string[] whole = ["whole.png", "whole.jpg"];
        Write(whole[0], WildPhotos.PalettePng);
        Write(whole[1], WildPhotos.TurnedJpeg);
        foreach (var (name, extension, encoded) in new[] { ("turned", "jpg", WildPhotos.TurnedJpeg), ("cmyk", "jpg", WildPhotos.CmykJpeg), ("palette", "png", WildPhotos.PalettePng) })
        {
            byte[] bytes = Convert.FromBase64String(encoded);
            for (int cut = 0; cut < Cuts; cut++)
            {
                File.WriteAllBytes(Path.Combine(_folder, $"{name}-{cut}.{extension}"), bytes[..(2 + ((bytes.Length - 2) * cut / Cuts))]);
            }
        }

        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        var photos = ml.MaskedPretraining.ImageFolder(_folder);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(photos);

        Assert.HasCount(whole.Length, Columns.Vectors(encoder.Transform(photos), "Features"));
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        foreach (string path in Directory.GetFiles(_folder))
        {
            Assert.AreEqual(!whole.Contains(Path.GetFileName(path)), warnings.Contains(Path.GetFileName(path), StringComparison.Ordinal), path);
        }
    }

    [TestMethod]
    public void GuidedMae_EveryFileBroken_IsOneClearError()
    {
        File.WriteAllText(Path.Combine(_folder, "notes.jpg"), "this is no photo");
        var ml = new MLContext(seed: 1);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(ml.MaskedPretraining.ImageFolder(_folder)));

        Assert.Contains("notes.jpg", error.Message);
    }

    [TestMethod]
    public void ImageFolder_Empty_IsOneClearError()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new MLContext().MaskedPretraining.ImageFolder(_folder));

        Assert.Contains(_folder, error.Message);
    }

    private void MakeWildFolder()
    {
        Write("cmyk.jpg", WildPhotos.CmykJpeg);
        Write("grey.jpg", WildPhotos.GreyJpeg);
        Write("turned.jpg", WildPhotos.TurnedJpeg);
        Write("palette.png", WildPhotos.PalettePng);
    }

    private void Write(string name, string encoded) => File.WriteAllBytes(Path.Combine(_folder, name), Convert.FromBase64String(encoded));

    private MLImage[] Images(MLContext ml) => Columns.Values<MLImage>(ml.MaskedPretraining.ImageFolder(_folder), "Image");

    private static void AssertColor(MLImage image, int column, int row, int red, int green, int blue)
    {
        int at = 4 * ((row * image.Width) + column);
        // Blue, green, red, opacity.
        int[] found = [image.Pixels[at + 2], image.Pixels[at + 1], image.Pixels[at]];
        int[] expected = [red, green, blue];
        Assert.IsTrue(found.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= ColorTolerance), $"({column}, {row}) is {string.Join(", ", found)} and should be {string.Join(", ", expected)}.");
    }
}
