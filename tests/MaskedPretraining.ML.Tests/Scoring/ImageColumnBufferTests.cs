using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Scoring;

[TestClass]
public sealed class ImageColumnBufferTests
{
    [TestMethod]
    public void Fill_SourceDisposesOfWhatItGaveBefore_KeepsEveryRow()
    {
        // As ML.NET's resizer does with images that have the size already.
        MLImage? given = null;
        byte grey = 0;
        using var buffer = new ImageColumnBuffer(
            (ref MLImage value) =>
            {
                given?.Dispose();
                value = given = Image(++grey);
            },
            slots: 3);
        for (int slot = 0; slot < 3; slot++)
        {
            Assert.AreEqual(4, buffer.Fill(slot));
        }

        var batch = new ScoreBatch(new SummingModel(1), 3, new HashSet<int>());
        var getter = (ValueGetter<MLImage>)buffer.CreateGetter(batch);
        MLImage image = null!;
        foreach (int slot in new[] { 2, 0, 1, 1 })
        {
            batch.Current = slot;
            getter(ref image);
            Assert.AreEqual(slot + 1, image.Pixels[0]);
            Assert.AreEqual($"{slot + 1}", image.Tag);
        }
    }

    [TestMethod]
    public void ResetAndDispose_ImagesInMemory_LeavesThemToTheirOwner()
    {
        using MLImage first = Image(1), second = Image(2);
        int row = 0;
        var buffer = new ImageColumnBuffer((ref MLImage value) => value = new[] { first, second, null! }[row++], slots: 3);
        for (int slot = 0; slot < 3; slot++)
        {
            buffer.Fill(slot);
        }

        buffer.Reset(0, 3);
        buffer.Dispose();
        Assert.AreEqual(1, first.Pixels[0]);
        Assert.AreEqual(2, second.Pixels[0]);
    }

    private static MLImage Image(byte grey)
    {
        var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [grey, grey, grey, byte.MaxValue]);
        image.Tag = $"{grey}";
        return image;
    }
}
