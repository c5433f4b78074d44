using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class VisionTransformerTests
{
    [TestMethod]
    [DataRow("Ti", 5.49)]
    [DataRow("S", 21.59)]
    [DataRow("B", 85.65)]
    [DataRow("L", 303.10)]
    [DataRow("H", 630.44)]
    public void Declare_EachSize_HasItsParameters(string size, double millions)
    {
        var options = size switch
        {
            "Ti" => VisionTransformerOptions.Tiny(),
            "S" => VisionTransformerOptions.Small(),
            "B" => VisionTransformerOptions.Base(),
            "L" => VisionTransformerOptions.Large(),
            _ => VisionTransformerOptions.Huge(),
        };
        Assert.AreEqual(millions, VisionTransformer.Declare(options).Sum(spec => spec.Count) / 1e6, 0.005);
    }

    [TestMethod]
    public void Declare_MaeBase_HasItsTrainableParameters()
    {
        var encoder = VisionTransformerOptions.Base();
        Assert.AreEqual(111_655_680, MaskedAutoencoder.Declare(encoder, new MaeDecoderOptions(), encoder.PatchLength, InitializationScheme.Mae).Sum(spec => spec.Count));
    }

    [TestMethod]
    public void Declare_LearnedPositions_AreOneMoreParameter()
    {
        var options = new VisionTransformerOptions { ImageHeight = 16, ImageWidth = 24, PatchSize = 8, Width = 16, Depth = 1, Heads = 2, Position = PositionEmbedding.Learned };
        var positions = VisionTransformer.Declare(options).Single(spec => spec.Name == "pos_embed");
        CollectionAssert.AreEqual(new long[] { 1, 7, 16 }, positions.Shape);
        Assert.IsTrue(positions.IsDecayed);
    }

    [TestMethod]
    [DataRow(1, PositionEmbedding.SinCos)]
    [DataRow(4, PositionEmbedding.Learned)]
    public void Inspect_AnyChannelsAndGrid_HasItsShapes(int channels, PositionEmbedding position)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var options = new VisionTransformerOptions
        {
            ImageHeight = 8, ImageWidth = 12, PatchSize = 4, Channels = channels, Width = 12, Depth = 2, Heads = 3, MlpRatio = 2, Position = position, PixelMean = [0.5f], PixelStandardDeviation = [0.2f],
        };
        using var parameters = new ParameterArena([.. VisionTransformer.Declare(options)], ScalarType.Float32, CPU);
        parameters.Initialize(0);
        using var encoder = new VisionTransformer(options, parameters);
        var patches = arange(2 * 6 * 16 * channels, ScalarType.Float32).sin().view(12, 16 * channels);
        var tokens = arange(0, 14, ScalarType.Int64).remainder(7);
        var (all, attention, keys) = encoder.Inspect(patches, tokens, 2);
        CollectionAssert.AreEqual(new long[] { 14, 12 }, all.shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 7 }, attention.shape);
        CollectionAssert.AreEqual(new long[] { 14, 12 }, keys.shape);
        foreach (float sum in TensorMemory.ToSingles(attention.sum(2)))
        {
            Assert.AreEqual(1, sum, 1e-6f);
        }

        CollectionAssert.AreEqual(TensorMemory.ToSingles(all), TensorMemory.ToSingles(encoder.Forward(patches, tokens, 2)));
        CollectionAssert.AreEqual(TensorMemory.ToSingles(attention), TensorMemory.ToSingles(encoder.ClassAttention(patches, tokens, 2)));
    }
}
