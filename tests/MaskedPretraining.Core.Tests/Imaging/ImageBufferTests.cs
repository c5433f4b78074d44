using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageBufferTests
{
    private const int CifarRecord = 3073;

    [TestMethod]
    public void Reserve_SmallerImageAfterLarger_UsesTheSameMemory()
    {
        var buffer = new ImageBuffer();
        buffer.Reserve(20, 10).Fill(7);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Span<byte> second = buffer.Reserve(5, 4, channels: 1);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(20, second.Length);
        Assert.AreEqual((5, 4, 1, 20), (buffer.Width, buffer.Height, buffer.Channels, buffer.Pixels.Length));
    }

    [TestMethod]
    public void Show_Image_CopiesNothing()
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(1), 4, 3);
        var buffer = new ImageBuffer();

        buffer.Show(image);

        Assert.IsTrue(buffer.Pixels == image.Pixels);
        Assert.AreSame(image, buffer.ToImage());
        buffer.Release();
        Assert.IsTrue(buffer.Pixels.IsEmpty);
    }

    [TestMethod]
    public void ToImage_OfOwnMemory_IsACopy()
    {
        var buffer = new ImageBuffer();
        buffer.Reserve(1, 1).Fill(3);
        RgbImage image = buffer.ToImage();

        buffer.Reserve(1, 1).Fill(9);

        Assert.AreSequenceEqual(new byte[] { 3, 3, 3 }, image.Pixels);
    }

    [TestMethod]
    [DataRow(0, 1, 1)]
    [DataRow(1, 0, 1)]
    [DataRow(1, 1, 0)]
    public void Reserve_NoPixels_IsRefused(int width, int height, int channels) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ImageBuffer().Reserve(width, height, channels));

    [TestMethod]
    public void Load_IntoABuffer_EqualsLoadForEverySource()
    {
        using var folder = new TestFolder();
        var random = new Random(6);
        byte[] records = new byte[4 * CifarRecord];
        random.NextBytes(records);
        for (int record = 0; record < 4; record++)
        {
            records[record * CifarRecord] = (byte)(record % 2);
            folder.Write($"photos/{record}.px", PixelFileDecoder.Encode(MemoryImageSource.NoiseImage(random, 5 + record, 9 - record)));
        }

        folder.Write("cifar.bin", records);
        using var cifar = new Cifar10Source([folder["cifar.bin"]], ["cat", "dog"]);
        var files = ImageFolder.Open(folder["photos"], new PixelFileDecoder(), [".px"]);
        IImageSource[] sources = [cifar, files, MemoryImageSource.Noise(4), FilteredImageSource.Of(cifar, [2, 0, 3]), new FilteredImageSource(files, [3, 1]), new LabeledImageSource(files, [0, 0, 0, 0], ["all"])];
        var buffer = new ImageBuffer();
        foreach (IImageSource source in sources)
        {
            for (int index = 0; index < source.Count; index++)
            {
                RgbImage expected = source.Load(index);
                source.Load(index, buffer);
                Assert.AreEqual((expected.Width, expected.Height, expected.Channels), (buffer.Width, buffer.Height, buffer.Channels));
                Assert.AreSequenceEqual(expected.Pixels, buffer.Pixels.ToArray());
            }
        }
    }

    [TestMethod]
    public void Load_FileIntoABuffer_ReadsItsOwnBytesOnly()
    {
        using var folder = new TestFolder();
        RgbImage small = MemoryImageSource.NoiseImage(new Random(1), 3, 3);
        folder.Write("a.px", PixelFileDecoder.Encode(MemoryImageSource.NoiseImage(new Random(1), 30, 30)));
        folder.Write("b.px", PixelFileDecoder.Encode(small));
        var source = new ImageFileSource([folder["a.px"], folder["b.px"], folder["missing.px"]], new PixelFileDecoder());
        var buffer = new ImageBuffer();
        source.Load(0, buffer);

        source.Load(1, buffer);

        Assert.AreSequenceEqual(small.Pixels, buffer.Pixels.ToArray());
        Assert.Contains("missing.px cannot be read as an image: the file cannot be opened", Assert.ThrowsExactly<ImageFormatException>(() => source.Load(2, buffer)).Message);
    }
}
