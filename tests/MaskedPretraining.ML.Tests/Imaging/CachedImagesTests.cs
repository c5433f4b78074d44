using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Pictures;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests.Imaging;

[TestClass]
public sealed class CachedImagesTests
{
    private static readonly ImageCacheOptions OwnSize = new() { ShorterSide = null };
    private string _folder = "";

    private string Photos => Path.Combine(_folder, "photos");

    private string Cache => Path.Combine(_folder, "cache");

    [TestInitialize]
    public void MakePhotos()
    {
        _folder = Directory.CreateTempSubdirectory("cached-images").FullName;
        var images = new ColorImages(8, size: 20);
        for (int index = 0; index < images.Count; index++)
        {
            string place = Path.Combine(Photos, images.ClassNames[images.LabelOf(index)]);
            Directory.CreateDirectory(place);
            PngWriter.Save(Path.Combine(place, $"{index}.png"), images.Load(index));
        }
    }

    [TestCleanup]
    public void RemovePhotos() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void CacheImages_OwnSize_ShowsTheSameRows()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var plain = ml.MaskedPretraining.ImageFolder(Photos);

        var cached = ml.MaskedPretraining.CacheImages(plain, Cache, OwnSize);

        Assert.AreSequenceEqual(Columns.Texts(plain, "ImagePath"), Columns.Texts(cached, "ImagePath"));
        Assert.AreSequenceEqual(Columns.Texts(plain, "Label"), Columns.Texts(cached, "Label"));
        var expected = Columns.Values<MLImage>(plain, "Image");
        var actual = Columns.Values<MLImage>(cached, "Image");
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.AreSequenceEqual(left.Pixels.ToArray(), right.Pixels.ToArray());
            left.Dispose();
            right.Dispose();
        }

        Assert.Contains(line => line.Contains("8 images from the cache", StringComparison.Ordinal) && line.Contains("all were decoded", StringComparison.Ordinal), log.Of(ChannelMessageKind.Info));
    }

    [TestMethod]
    public void CacheImages_OfACache_StartsFromTheFilesAgain()
    {
        var ml = new MLContext();
        var small = ml.MaskedPretraining.CacheImages(ml.MaskedPretraining.ImageFolder(Photos), Cache, new ImageCacheOptions { ShorterSide = 10 });
        Assert.AreEqual(10, ShorterSideOf(small));
        Assert.AreEqual(20, ShorterSideOf(ml.MaskedPretraining.CacheImages(small, Cache, OwnSize)));
        Assert.AreEqual(20, ShorterSideOf(ml.MaskedPretraining.CacheImages(ml.MaskedPretraining.ImageFolder(Photos), Cache, OwnSize)));

        static int ShorterSideOf(IDataView view) => Columns.Values<MLImage>(view, "Image").Min(image => Math.Min(image.Width, image.Height));
    }

    [TestMethod]
    public void CacheImages_BrokenFile_IsSkippedByNameAsWithoutCache()
    {
        File.WriteAllText(Path.Combine(Photos, "red", "broken.jpg"), "this is no photo");
        for (int run = 0; run < 2; run++)
        {
            var ml = new MLContext();
            var log = new LogLines(ml);

            var view = ml.MaskedPretraining.CacheImages(ml.MaskedPretraining.ImageFolder(Photos), Cache);

            Assert.HasCount(8, Columns.Texts(view, "ImagePath"));
            string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
            Assert.Contains("broken.jpg cannot be read as an image: it is a text file.", warnings);
            Assert.Contains("1 of 9 images are skipped, 8 are used", warnings);
        }
    }

    [TestMethod]
    public void GuidedMae_CachedImages_LearnsTheSame()
    {
        var ml = new MLContext(seed: 1);
        var plain = ml.MaskedPretraining.ImageFolder(Photos);
        var cached = ml.MaskedPretraining.CacheImages(plain, Cache, OwnSize);
        using var first = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(plain);
        using var second = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(cached);

        Assert.AreEqual(0, Columns.LargestDifference(Columns.Vectors(first.Transform(plain), "Features"), Columns.Vectors(second.Transform(plain), "Features")));
    }

    [TestMethod]
    public void CacheImages_BadUse_SaysWhatToDo()
    {
        var ml = new MLContext();
        var photos = ml.MaskedPretraining.ImageFolder(Photos);
        Assert.Contains("Cache it first", Assert.ThrowsExactly<ArgumentException>(() => ml.MaskedPretraining.CacheImages(ml.Data.TakeRows(photos, 2), Cache)).Message);
        Assert.Contains("SourceVersion", Assert.ThrowsExactly<ArgumentException>(() => ml.MaskedPretraining.CacheImages(ml.MaskedPretraining.Images(new ColorImages(2)), Cache)).Message);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => ml.MaskedPretraining.CacheImages(photos, Cache, cancellationToken: cancelled.Token));
    }
}
