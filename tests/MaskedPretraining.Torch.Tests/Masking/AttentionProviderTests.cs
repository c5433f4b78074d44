using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class AttentionProviderTests
{
    private const int Images = 7;

    // Two ways through the same single-precision sums.
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(32, 2, 2, true, DisplayName = "kernels")]
    [DataRow(16, 4, 2, false, DisplayName = "autograd's operations")]
    [DataRow(32, 2, 1, false, DisplayName = "one block")]
    public void AttentionOf_WholeImages_IsThatOfTheEncoderRunner(int width, int heads, int depth, bool kernels)
    {
        var weights = AutoMaeRuns.Untrained(heads, shape => (shape.Width, shape.Depth) = (width, depth));
        Assert.AreEqual(kernels, ParallelEncoder.Suits(weights.Architecture, ParallelEncoder.LeftForAttention));
        var (images, pixels) = Load(weights.Architecture);
        using var runner = new EncoderRunner(weights);
        float[] expected = runner.Run(pixels, Images).Attention;
        using var scope = NewDisposeScope();
        using var provider = new AttentionProvider(weights, CPU);
        var attention = provider.AttentionOf(images, 3);
        CollectionAssert.AreEqual(new long[] { Images, heads, 16 }, attention.shape);
        AreNear(expected, TensorMemory.ToSingles(attention));
        CollectionAssert.AreEqual(TensorMemory.ToSingles(attention), TensorMemory.ToSingles(provider.AttentionOf(images, 3)), "again, bit for bit");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(9)]
    public void Run_AnyNumberOfCores_GivesTheSameAttention(int cores)
    {
        var weights = AutoMaeRuns.Untrained(2, shape => shape.Width = 32);
        var (images, pixels) = Load(weights.Architecture);
        using var runner = new EncoderRunner(weights);
        using var encoder = new LoadedEncoder(weights, CPU);
        using var parallel = new ParallelEncoder(encoder.Model, encoder.Parameters, encoder.Assembler, ParallelEncoder.LeftForAttention, cores);
        AreNear(runner.Run(pixels, Images).Attention, parallel.ClassAttention(Images, images.Patches));
    }

    private static void AreNear(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance);
        }
    }

    // The same images patch by patch as bytes, and channel by channel as numbers.
    private static (MaskedImages Images, float[] Pixels) Load(VisionTransformerOptions shape)
    {
        int side = TinyRun.ImageSize, length = side * side * 3;
        var (patches, pixels) = (new byte[Images * length], new float[Images * length]);
        for (int image = 0; image < Images; image++)
        {
            byte[] bytes = new SyntheticImages(Images, side).Load(image).Pixels;
            PatchLayout.ToPatches<byte>(bytes, shape.Grid, shape.PatchSize, 3, false, patches.AsSpan(image * length, length));
            for (int i = 0; i < length; i++)
            {
                pixels[(image * length) + (i % 3 * side * side) + (i / 3)] = bytes[i];
            }
        }

        return (new MaskedImages(Images, patches, default, default), pixels);
    }
}
