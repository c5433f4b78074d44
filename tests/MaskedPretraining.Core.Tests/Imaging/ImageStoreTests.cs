using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageStoreTests
{
    [TestMethod]
    public void Finish_ImagesOfManySizes_ReadBackInAnyOrder()
    {
        using var folder = new TestFolder();
        var images = MemoryImageSource.Noise(20);
        using var writer = new ImageStoreWriter(folder["images.store"]);
        for (int index = 0; index < images.Count; index++)
        {
            writer.Add(images.Load(index));
        }

        Assert.IsFalse(File.Exists(folder["images.store"]));
        using ImageStore store = writer.Finish();

        Assert.AreEqual(20, store.Count);
        Parallel.For(0, 200, trial =>
        {
            int index = trial * 7 % 20;
            RgbImage expected = images.Load(index);
            RgbImage actual = store.Load(index);
            Assert.AreEqual((expected.Width, expected.Height, 3), (actual.Width, actual.Height, actual.Channels));
            Assert.AreSequenceEqual(expected.Pixels, actual.Pixels);
        });
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Add_LargerThanLimit_ReducesShorterSideToIt()
    {
        using var folder = new TestFolder();
        using var writer = new ImageStoreWriter(folder["images.store"], maximumShorterSide: 10);
        RgbImage large = MemoryImageSource.NoiseImage(new Random(1), 41, 20);
        writer.Add(large);
        writer.Add(MemoryImageSource.NoiseImage(new Random(1), 30, 10));

        using ImageStore store = writer.Finish();

        Assert.AreSequenceEqual(new PilResampler(ResampleFilter.Bicubic).Resize(large, new CropBox(0, 0, 20, 41), 10, 20).Pixels, store.Load(0).Pixels);
        Assert.AreEqual(30, store.Load(1).Width);
    }

    [TestMethod]
    public void Dispose_WithoutFinish_LeavesNothing()
    {
        using var folder = new TestFolder();
        folder.Write("images.store", [1, 2, 3]);
        using (var writer = new ImageStoreWriter(folder["images.store"]))
        {
            writer.Add(new RgbImage(1, 1, new byte[3]));
        }

        Assert.AreSequenceEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(folder["images.store"]));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Constructor_CutFile_IsRefused()
    {
        using var folder = new TestFolder();
        using (var writer = new ImageStoreWriter(folder["images.store"]))
        {
            writer.Add(new RgbImage(2, 2, new byte[12]));
            writer.Finish().Dispose();
        }

        byte[] whole = File.ReadAllBytes(folder["images.store"]);
        foreach (int length in Enumerable.Range(0, whole.Length))
        {
            folder.Write("cut.store", whole.AsSpan(0, length));
            Assert.Contains("no complete image store", Assert.ThrowsExactly<InvalidDataException>(() => new ImageStore(folder["cut.store"])).Message);
        }
    }

    [TestMethod]
    public void Add_DiskFull_SaysSoAndRemovesWhatWasWritten()
    {
        const string FullDisk = "/dev/full";
        if (!File.Exists(FullDisk))
        {
            Assert.Inconclusive("There is no device that is always full.");
        }

        using var folder = new TestFolder();
        File.CreateSymbolicLink(folder["images.store.partial"], FullDisk);
        using (var writer = new ImageStoreWriter(folder["images.store"]))
        {
            string message = Assert.ThrowsExactly<IOException>(() => writer.Add(new RgbImage(1, 1, new byte[3]))).Message;

            Assert.Contains("the disk is full; free some space", message);
            Assert.Contains("What was there before is unchanged.", message);
        }

        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Writer_BadUse_SaysWhatIsWrong()
    {
        using var folder = new TestFolder();
        using var writer = new ImageStoreWriter(folder["images.store"]);

        Assert.Contains("there are no images", Assert.ThrowsExactly<InvalidDataException>(writer.Finish).Message);
        writer.Add(new RgbImage(1, 1, new byte[3]));
        Assert.Contains("Image 1 has 1 channels", Assert.ThrowsExactly<ArgumentException>(() => writer.Add(new RgbImage(1, 1, new byte[1], 1))).Message);
        Assert.Contains("does not exist", Assert.ThrowsExactly<IOException>(() => new ImageStoreWriter(folder["no/folder/x"])).Message);
    }
}
