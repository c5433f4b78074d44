using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class EncoderRunnerTests
{
    private const int Side = TinyRun.ImageSize;
    private const int Width = TinyRun.Width;
    private static readonly EncoderWeights Encoder = new Pretrainer(new SyntheticImages(8, Side), TinyRun.Options(1)).Run().Encoder;

    [TestMethod]
    public void Run_Batch_HasItsShapesAndMeans()
    {
        using var runner = new EncoderRunner(Encoder);
        var output = runner.Run(Images(3), 3);
        Assert.HasCount(3 * Width, output.Cls);
        Assert.HasCount(3 * Width, output.Mean);
        Assert.HasCount(3 * 16 * Width, output.Patches);
        Assert.HasCount(3 * 2 * 16, output.Attention);
        Assert.AreEqual(Enumerable.Range(0, 16).Average(patch => output.Patches[((16 + patch) * Width) + 5]), output.Mean[Width + 5], 1e-5f);
        Assert.IsTrue(output.Attention.Chunk(16).All(row => row.Sum() is > 0 and < 1), "the class key's share is left out");
    }

    [TestMethod]
    public void Run_ImageAloneOrInABatch_IsTheSame()
    {
        // Matrix products of other sizes may add in another order.
        const float Tolerance = 1e-5f;
        using var runner = new EncoderRunner(Encoder);
        float[] images = Images(3);
        var batch = runner.Run(images, 3);
        var single = runner.Run(images.AsSpan(3 * Side * Side, 3 * Side * Side), 1);
        for (int i = 0; i < Width; i++)
        {
            Assert.AreEqual(batch.Cls[Width + i], single.Cls[i], Tolerance);
        }
    }

    [TestMethod]
    public void Run_PixelEqualToTheMean_IsZeroToTheEncoder()
    {
        // An image of the channels' means is all zeros after scaling; so is its patch embedding but for the bias, and all patches agree but for positions.
        using var runner = new EncoderRunner(Encoder);
        float[] image = new float[3 * Side * Side];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = 255 * Encoder.Architecture.PixelMean[i / (Side * Side)];
        }

        var learned = Encoder.Architecture.Clone();
        learned.Position = PositionEmbedding.Learned;
        var weights = new StateDictionary();
        foreach (string name in Encoder.Weights.Names)
        {
            weights[name] = name is "pos_embed" ? TensorData.FromSingles(new float[17 * Width], 1, 17, Width) : Encoder.Weights[name];
        }

        using var withoutPositions = new EncoderRunner(new EncoderWeights(learned, weights));
        var patches = withoutPositions.Run(image, 1).Patches.Chunk(Width).ToArray();
        for (int i = 0; i < Width; i++)
        {
            Assert.AreEqual(patches[0][i], patches[9][i], 1e-5f);
        }
    }

    [TestMethod]
    public void Run_WrongSize_SaysWhatIsNeeded()
    {
        using var runner = new EncoderRunner(Encoder);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => runner.Run(new float[10], 1));
        StringAssert.Contains(exception.Message, "3x16x16");
    }

    [TestMethod]
    public void Constructor_WeightsOfAnotherShape_AreRefused()
    {
        var wider = Encoder.Architecture.Clone();
        wider.Width = 48;
        Assert.ThrowsExactly<CheckpointMismatchException>(() => new EncoderRunner(Encoder with { Architecture = wider }));
    }

    private static float[] Images(int count)
    {
        var source = new SyntheticImages(count, Side, seed: 9);
        var planes = new float[count * 3 * Side * Side];
        for (int image = 0; image < count; image++)
        {
            MaskedPretraining.Core.Imaging.PatchLayout.ToChannelsFirst(source.Load(image).Pixels, 3, planes.AsSpan(image * 3 * Side * Side, 3 * Side * Side));
        }

        return planes;
    }
}
