using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>What an image cache decodes again when files, or what is wanted of them, have changed.</summary>
[TestClass]
public sealed class ImageCacheChangesTests
{
    private static readonly ImageCacheOptions OwnSize = new() { ShorterSide = null };

    [TestMethod]
    [DataRow("changed")]
    [DataRow("touched")]
    [DataRow("added")]
    [DataRow("renamed")]
    public void Open_FileIsAnother_DecodesItsPartAgain(string what)
    {
        using var folder = new TestFolder();
        var decoder = new PixelFileDecoder();
        PixelFiles.Write(folder, 5, decoder);
        ImageCache.Open(PixelFiles.Of(folder, decoder), folder["cache"], OwnSize).Dispose();
        string file = folder["photos/00002.px"];
        switch (what)
        {
            case "changed":
                folder.Write("photos/00002.px", PixelFileDecoder.Encode(MemoryImageSource.NoiseImage(new Random(99), 7, 9)));
                break;
            case "touched":
                File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(5));
                break;
            case "added":
                File.Copy(file, folder["photos/00002b.px"]);
                break;
            default:
                File.Move(file, folder["photos/zzz.px"]);
                break;
        }

        ImageFileSource now = PixelFiles.Of(folder, decoder);
        using var cache = ImageCache.Open(now, folder["cache"], OwnSize);

        Assert.AreEqual(5 + now.Count, decoder.Decoded);
        for (int index = 0; index < now.Count; index++)
        {
            Assert.AreSequenceEqual(now.Load(index).Pixels, cache.Load(index).Pixels);
        }
    }

    [TestMethod]
    public void Open_TargetOfALinkIsAnother_DecodesItAgain()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Links need a privilege there.");
        }

        using var folder = new TestFolder();
        var decoder = new PixelFileDecoder();
        folder.Write("photo.px", PixelFileDecoder.Encode(MemoryImageSource.NoiseImage(new Random(1), 7, 9)));
        foreach (var (name, target) in new[] { ("a", "photo.px"), ("b", "b"), ("c", "missing.px") })
        {
            File.CreateSymbolicLink(folder[name], folder[target]);
        }

        var source = new ImageFileSource([folder["a"], folder["c"]], decoder);
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        Assert.AreEqual(1, decoder.Decoded);
        RgbImage other = MemoryImageSource.NoiseImage(new Random(2), 7, 9);
        DateTime written = File.GetLastWriteTimeUtc(folder["photo.px"]);
        File.WriteAllBytes(folder["photo.px"], PixelFileDecoder.Encode(other));
        File.SetLastWriteTimeUtc(folder["photo.px"], written.AddSeconds(1));

        using var cache = ImageCache.Open(source, folder["cache"], OwnSize);

        Assert.AreSequenceEqual(other.Pixels, cache.Load(0).Pixels);
        Assert.Contains("cannot be opened", Assert.ThrowsExactly<ImageFormatException>(() => cache.Load(1)).Message);
        // A circle of links.
        Assert.Contains("leave it out", Assert.ThrowsExactly<IOException>(() => ImageCache.Open(new ImageFileSource([folder["a"], folder["b"]], decoder), folder["cache"], OwnSize)).Message);
    }

    [TestMethod]
    public void Open_FileIsLockedForNow_IsNotRememberedAsUnreadable()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 3);
        using (new FileStream(source.NameOf(1), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            string message = Assert.ThrowsExactly<IOException>(() => ImageCache.Open(source, folder["cache"], OwnSize)).Message;

            Assert.StartsWith(source.NameOf(1), message);
            Assert.Contains("leave it out", message);
        }

        using var cache = ImageCache.Open(source, folder["cache"], OwnSize);
        Assert.AreSequenceEqual(source.Load(1).Pixels, cache.Load(1).Pixels);
    }

    [TestMethod]
    public void Open_OtherShorterSide_LeavesTheFirstOneInPlace()
    {
        using var folder = new TestFolder();
        var decoder = new PixelFileDecoder();
        ImageFileSource source = PixelFiles.Write(folder, 4, decoder);
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        ImageCache.Open(source, folder["cache"], new ImageCacheOptions { ShorterSide = 12 }).Dispose();

        using var again = ImageCache.Open(source, folder["cache"], OwnSize);

        Assert.AreEqual(8, decoder.Decoded);
        Assert.Contains("all were there", again.Description);
    }

    [TestMethod]
    public void Open_OneOfManyFilesChanges_KeepsTheOtherParts()
    {
        using var folder = new TestFolder();
        var source = new NamedImages(Enumerable.Range(0, 5000).Select(number => $"image {number}"));
        var options = new ImageCacheOptions { SourceVersion = "1" };
        ImageCache.Open(source, folder["cache"], options).Dispose();
        int files = Directory.GetFiles(folder["cache"]).Length;
        Assert.IsGreaterThan(2, files);
        var more = new NamedImages([.. source.Names[..10], "another", .. source.Names[10..]]);

        using var cache = ImageCache.Open(more, folder["cache"], options);

        Assert.HasCount(files + 1, Directory.GetFiles(folder["cache"]));
        Assert.IsLessThan(4097, more.Loads);
        foreach (int index in new[] { 0, 9, 10, 11, 2500, 5000 })
        {
            Assert.AreEqual(more.Load(index).Pixels[0], cache.Load(index).Pixels[0]);
        }
    }
}
