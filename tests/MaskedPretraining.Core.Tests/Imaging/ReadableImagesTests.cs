using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ReadableImagesTests
{
    private static readonly RgbImage Good = new(8, 8, new byte[192]);
    private static readonly RgbImage Low = new(8, 3, new byte[72]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Scan_SomeBroken_ReportsThemByName(int threads)
    {
        var source = new MemoryImageSource(Good, null, Good, Low, Good);
        var reports = new List<int>();

        ReadableImages images = ReadableImages.Scan(source, minimumSide: 4, threads, new ListProgress(reports));

        Assert.AreSequenceEqual(new[] { 0, 2, 4 }, images.Indices);
        Assert.AreSequenceEqual(
            new[]
            {
                new ImageFailure(1, "memory-1", "memory-1 cannot be read as an image: it is broken."),
                new ImageFailure(3, "memory-3", "memory-3 has only 8x3 pixels; at least 4x4 are needed."),
            },
            images.Failures);
        Assert.AreEqual(5, source.Loads);
        Assert.Contains(5, reports);
    }

    [TestMethod]
    public void Scan_AllBroken_ThrowsWithTheFirstReason()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ReadableImages.Scan(new MemoryImageSource(null, Low), 4, 2));

        Assert.AreEqual("None of the 2 images can be used. The first: memory-0 cannot be read as an image: it is broken.", error.Message);
    }

    [TestMethod]
    public void Scan_EmptySource_SaysSo() =>
        Assert.Contains("the image source is empty", Assert.ThrowsExactly<InvalidDataException>(() => ReadableImages.Scan(new MemoryImageSource(), 1, 1)).Message);

    [TestMethod]
    public void Scan_Cancelled_Stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => ReadableImages.Scan(new MemoryImageSource(Good), 1, 1, null, cancelled.Token));
    }

    [TestMethod]
    public void Scan_FilesInTheWild_SkipsTheBrokenOnes()
    {
        using var folder = new TestFolder();
        folder.Write("a.jpg", JpegBytes.WithOrientation(6, true));
        folder.Write("b.jpg", "<html>"u8);
        folder.Write("c.jpg", FixedDecoder.Broken);
        folder.Write("d.png", []);

        ReadableImages images = ReadableImages.Scan(ImageFolder.Open(folder.Path, FixedDecoder.Tiny), 2, 2);

        Assert.AreSequenceEqual(new[] { 0 }, images.Indices);
        Assert.HasCount(3, images.Failures);
        Assert.AreEqual($"{folder["c.jpg"]} cannot be read as an image: the decoder gave up.", images.Failures[1].Reason);
    }

    private sealed class ListProgress(List<int> reports) : IProgress<int>
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
