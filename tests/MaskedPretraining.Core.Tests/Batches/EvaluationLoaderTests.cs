using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Tests.Imaging;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Batches;

[TestClass]
public sealed class EvaluationLoaderTests
{
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 8, ImageWidth = 8, PatchSize = 4 };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void All_LastBatchSmaller_GivesEveryCentreInOrder(int threads)
    {
        var source = MemoryImageSource.Noise(7);
        int[] labels = [3, 1, 4, 1, 5, 9, 2];
        var loader = new EvaluationLoader(source, labels, Architecture, new CentreCropOptions(), new LabeledBatchLoaderOptions { BatchSize = 3, Threads = threads });
        byte[] centre = new byte[8 * 8 * 3], expected = new byte[8 * 8 * 3];
        int next = 0;
        foreach (LabeledBatch batch in loader.All())
        {
            using (batch)
            {
                Assert.AreEqual(next == 6 ? 1 : 3, batch.Count);
                for (int place = 0; place < batch.Count; place++, next++)
                {
                    new CentreCrop().Apply(source.Load(next), 8, 8, centre);
                    PatchLayout.ToPatches<byte>(centre, Architecture.Grid, 4, 3, false, expected);

                    Assert.AreEqual(next, batch.Samples[place]);
                    Assert.AreEqual(labels[next], batch.Labels[place]);
                    Assert.IsNull(batch.ErasedBoxes[place]);
                    Assert.AreSequenceEqual(expected, batch.Patches.AsSpan(place * expected.Length, expected.Length).ToArray());
                }
            }
        }

        Assert.AreEqual(7, next);
        Assert.AreEqual(3, loader.Batches);
    }

    [TestMethod]
    public void All_NoView_GivesWholeImagesAsFeaturesSeeThem()
    {
        var source = MemoryImageSource.Noise(4);
        using ImageBatch whole = new WholeImageLoader(source, Architecture, new BatchLoaderOptions { BatchSize = 4 }).All().Single();
        using LabeledBatch batch = new EvaluationLoader(source, new int[4], Architecture, view: null, new LabeledBatchLoaderOptions { BatchSize = 4 }).All().Single();

        Assert.AreSequenceEqual(whole.Patches, batch.Patches);
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesThem()
    {
        var view = new CentreCropOptions { ResizeRatio = 0.5 };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new EvaluationLoader(MemoryImageSource.Noise(1), [0], Architecture, view, new LabeledBatchLoaderOptions { Threads = -1 }));

        Assert.Contains("ResizeRatio must lie between 1 and 16", error.Message);
        Assert.Contains("Threads must", error.Message);
    }
}
