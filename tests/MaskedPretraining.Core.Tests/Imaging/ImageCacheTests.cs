using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageCacheTests
{
    private static readonly ImageCacheOptions OwnSize = new() { ShorterSide = null };

    [TestMethod]
    [DataRow(null)]
    [DataRow(10)]
    public void Load_AnyOrderManyThreads_GivesTheImagesReducedAsPillowDoes(int? shorterSide)
    {
        using var folder = new TestFolder();
        var source = PixelFiles.Write(folder, 30);
        using var cache = ImageCache.Open(source, folder["cache"], new ImageCacheOptions { ShorterSide = shorterSide });

        Assert.AreEqual(30, cache.Count);
        Parallel.For(0, 200, () => new ImageBuffer(), (trial, _, buffer) =>
        {
            int index = trial * 7 % 30;
            RgbImage expected = Reduced(source.Load(index), shorterSide);
            cache.Load(index, buffer);
            Assert.AreEqual((expected.Width, expected.Height, expected.Channels), (buffer.Width, buffer.Height, buffer.Channels));
            Assert.AreSequenceEqual(expected.Pixels, buffer.Pixels.ToArray());
            Assert.AreSequenceEqual(expected.Pixels, cache.Load(index).Pixels);
            Assert.AreEqual(source.NameOf(index), cache.NameOf(index));
            return buffer;
        }, buffer => buffer.Release());
    }

    [TestMethod]
    public void Open_Again_DecodesNothing()
    {
        using var folder = new TestFolder();
        var decoder = new PixelFileDecoder();
        ImageFileSource source = PixelFiles.Write(folder, 20, decoder);
        var reports = new List<int>();
        using (var first = ImageCache.Open(source, folder["cache"], OwnSize, new Reports(reports)))
        {
            Assert.Contains("20 images", first.Description);
            Assert.Contains("all were decoded", first.Description);
        }

        Assert.AreEqual(20, decoder.Decoded);
        Assert.AreEqual(20, reports.Max());
        using var second = ImageCache.Open(source, folder["cache"], OwnSize, new Reports(reports));
        Assert.AreEqual(20, decoder.Decoded);
        Assert.Contains("all were there", second.Description);
        Assert.AreEqual(20, reports[^1]);
    }

    [TestMethod]
    public void Open_HalfWrittenOrDamagedFile_IsMadeAnewAndSaid()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 3);
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        string file = Directory.GetFiles(folder["cache"]).Single();
        byte[] whole = File.ReadAllBytes(file);
        foreach (int length in new[] { 0, 7, 8, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(file, whole.AsSpan(0, length));
            using var cache = ImageCache.Open(source, folder["cache"], OwnSize);

            Assert.Contains("1 damaged files were made anew", cache.Description);
            Assert.AreSequenceEqual(source.Load(2).Pixels, cache.Load(2).Pixels);
        }
    }

    [TestMethod]
    public void Open_FileOfAnotherVersion_IsSaid()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 3);
        folder.Write("cache/v1-0123456789abcdef.images", "MPIMGS01"u8);

        using var cache = ImageCache.Open(source, folder["cache"], OwnSize);

        Assert.Contains("1 files are of another version", cache.Description);
        Assert.Contains("all were decoded", cache.Description);
    }

    [TestMethod]
    public void Open_LeftoverOfAKilledProcess_IsRemovedUnlessItIsBeingWritten()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 3);
        folder.Write("cache/v2-0123.images.77-aa.partial", [1, 2, 3]);
        folder.Write("cache/v2-0123.images.78-bb.partial", [1, 2, 3]);
        using var busy = new FileStream(folder["cache/v2-0123.images.78-bb.partial"], FileMode.Open, FileAccess.Write, FileShare.None);

        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();

        Assert.IsFalse(File.Exists(folder["cache/v2-0123.images.77-aa.partial"]));
        Assert.IsTrue(File.Exists(folder["cache/v2-0123.images.78-bb.partial"]));
    }

    [TestMethod]
    public void Open_UnreadableImages_AreRememberedWithTheirReasons()
    {
        using var folder = new TestFolder();
        var decoder = new PixelFileDecoder();
        PixelFiles.Write(folder, 3, decoder);
        folder.Write("photos/00001.px", FixedDecoder.Broken);
        ImageFileSource source = PixelFiles.Of(folder, decoder);
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        int decoded = decoder.Decoded;

        using var cache = ImageCache.Open(source, folder["cache"], OwnSize);
        ReadableImages scan = ReadableImages.Scan(cache, 1, 2);

        Assert.AreEqual(decoded, decoder.Decoded);
        Assert.AreSequenceEqual(new[] { 0, 2 }, scan.Indices);
        Assert.AreEqual(Assert.ThrowsExactly<ImageFormatException>(() => source.Load(1)).Message, scan.Failures.Single().Reason);
    }

    [TestMethod]
    public void Open_Cancelled_KeepsWholeFilesAndGoesOn()
    {
        using var folder = new TestFolder();
        using var cancellation = new CancellationTokenSource();
        var source = new NamedImages(Enumerable.Range(0, 5000).Select(number => $"image {number}"));
        var options = new ImageCacheOptions { SourceVersion = "1" };
        source.AfterLoad = loads =>
        {
            if (loads == 4500)
            {
                cancellation.Cancel();
            }
        };

        Assert.ThrowsExactly<OperationCanceledException>(() => ImageCache.Open(source, folder["cache"], options, null, cancellation.Token));

        string[] files = Directory.GetFiles(folder["cache"]);
        Assert.IsNotEmpty(files);
        Assert.IsEmpty(files.Where(file => file.EndsWith(".partial", StringComparison.Ordinal)));
        int before = source.Loads;
        using var cache = ImageCache.Open(source, folder["cache"], options);
        Assert.IsLessThan(5000, source.Loads - before);
        Assert.AreEqual(source.Load(4999).Pixels[0], cache.Load(4999).Pixels[0]);
    }

    [TestMethod]
    public void Open_SeveralAtOnce_AllGetWholeImages()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 40);
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var cache = ImageCache.Open(source, folder["cache"], OwnSize);
            for (int index = 0; index < source.Count; index++)
            {
                Assert.AreSequenceEqual(source.Load(index).Pixels, cache.Load(index).Pixels);
            }
        });
        Assert.HasCount(1, Directory.GetFiles(folder["cache"]));
    }

    [TestMethod]
    public void Dispose_WhileAnImageIsLent_KeepsItsPixels()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 2);
        var buffer = new ImageBuffer();
        var cache = ImageCache.Open(source, folder["cache"], OwnSize);
        cache.Load(1, buffer);

        cache.Dispose();

        Assert.AreSequenceEqual(source.Load(1).Pixels, buffer.Pixels.ToArray());
        buffer.Release();
        Assert.ThrowsExactly<ObjectDisposedException>(() => cache.Load(0, buffer));
        Assert.IsTrue(buffer.Pixels.IsEmpty);
    }

    [TestMethod]
    public void Load_FileCutWhileInUse_SaysSo()
    {
        using var folder = new TestFolder();
        using var cache = ImageCache.Open(PixelFiles.Write(folder, 3), folder["cache"], OwnSize);
        using (var stream = new FileStream(Directory.GetFiles(folder["cache"]).Single(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            stream.SetLength(100);
        }

        Assert.Contains("has become shorter", Assert.ThrowsExactly<ImageFormatException>(() => cache.Load(0)).Message);
    }

    [TestMethod]
    public void Open_BadUse_SaysWhatToDo()
    {
        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 1);
        folder.Write("file", [1]);

        Assert.Contains("that is a file. Name a folder", Assert.ThrowsExactly<IOException>(() => ImageCache.Open(source, folder["file"])).Message);
        Assert.Contains("is a file and no folder", Assert.ThrowsExactly<IOException>(() => ImageCache.Open(source, folder["file/deep"])).Message);
        Assert.Contains("SourceVersion", Assert.ThrowsExactly<ArgumentException>(() => ImageCache.Open(MemoryImageSource.Noise(2), folder["cache"])).Message);
        Assert.Contains("image source is empty", Assert.ThrowsExactly<InvalidDataException>(() => ImageCache.Open(new MemoryImageSource(), folder["cache"])).Message);
        string message = Assert.ThrowsExactly<InvalidOptionsException>(() => ImageCache.Open(source, folder["cache"], new ImageCacheOptions { ShorterSide = 0, Threads = -1 })).Message;
        Assert.Contains("ShorterSide must be at least 1", message);
        Assert.Contains("Threads must lie between 0", message);
    }

    [TestMethod]
    public void Open_FolderThatIsReadOnly_ServesWhatIsThereAndSaysWhatIsNot()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Nobody stops this process from writing.");
            return;
        }

        using var folder = new TestFolder();
        ImageFileSource source = PixelFiles.Write(folder, 2);
        ImageCache.Open(source, folder["cache"], OwnSize).Dispose();
        File.SetUnixFileMode(folder["cache"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using var cache = ImageCache.Open(source, folder["cache"], OwnSize);
            Assert.Contains("all were there", cache.Description);
            Assert.Contains("not allowed", Assert.ThrowsExactly<IOException>(() => ImageCache.Open(source, folder["cache"], new ImageCacheOptions { ShorterSide = 5 })).Message);
        }
        finally
        {
            File.SetUnixFileMode(folder["cache"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public void Load_IntoABuffer_LeavesNoGarbage()
    {
        using var folder = new TestFolder();
        using var cache = ImageCache.Open(PixelFiles.Write(folder, 8), folder["cache"], OwnSize);
        var buffer = new ImageBuffer();
        cache.Load(0, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int trial = 0; trial < 1000; trial++)
        {
            cache.Load(trial % 8, buffer);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RgbImage Reduced(RgbImage image, int? shorterSide)
    {
        int shorter = Math.Min(image.Width, image.Height);
        if (shorterSide is not { } side || shorter <= side)
        {
            return image;
        }

        double scale = (double)side / shorter;
        return new PilResampler(ResampleFilter.Bicubic).Resize(image, new CropBox(0, 0, image.Height, image.Width), (int)Math.Round(image.Height * scale), (int)Math.Round(image.Width * scale));
    }

    private sealed class Reports(List<int> reports) : IProgress<int>
    {
        public void Report(int value)
        {
            lock (reports)
            {
                reports.Add(value);
            }
        }
    }
}
