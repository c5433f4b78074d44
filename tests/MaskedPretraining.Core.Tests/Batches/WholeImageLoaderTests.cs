using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Batches;

[TestClass]
public sealed class WholeImageLoaderTests
{
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 8, ImageWidth = 12, PatchSize = 4 };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void All_LastBatchSmaller_GivesEveryImageInOrder(int threads)
    {
        var source = MemoryImageSource.Noise(7);
        var loader = new WholeImageLoader(source, Architecture, new BatchLoaderOptions { BatchSize = 3, Threads = threads });
        byte[] expected = new byte[8 * 12 * 3];
        int next = 0;
        foreach (ImageBatch batch in loader.All())
        {
            using (batch)
            {
                Assert.AreEqual(next == 6 ? 1 : 3, batch.Count);
                for (int place = 0; place < batch.Count; place++, next++)
                {
                    RgbImage image = source.Load(next);
                    RgbImage resized = new PilResampler(ResampleFilter.Bilinear).Resize(image, new CropBox(0, 0, image.Height, image.Width), 8, 12);
                    PatchLayout.ToPatches<byte>(resized.Pixels, Architecture.Grid, 4, 3, false, expected);

                    Assert.AreEqual(next, batch.Samples[place]);
                    Assert.AreSequenceEqual(expected, batch.Patches.AsSpan(place * expected.Length, expected.Length).ToArray());
                }
            }
        }

        Assert.AreEqual(7, next);
        Assert.AreEqual(3, loader.Batches);
    }

    [TestMethod]
    public void All_EmptySource_GivesNothing() =>
        Assert.IsEmpty(new WholeImageLoader(new MemoryImageSource(), Architecture, new BatchLoaderOptions()).All());
}
