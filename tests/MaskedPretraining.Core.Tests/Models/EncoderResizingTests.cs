using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class EncoderResizingTests
{
    private const int Width = 4;

    [TestMethod]
    public void Resize_LargerImage_ResamplesPositionsAndSharesTheRest()
    {
        var encoder = Encoder(PositionEmbedding.SinCos);
        var resized = EncoderResizing.Resize(encoder, 24, 40);
        Assert.AreEqual(new PatchGrid(3, 5), resized.Architecture.Grid);
        Assert.AreEqual(PositionEmbedding.Learned, resized.Architecture.Position, "the table is no longer the formula's");
        Assert.AreEqual(new PatchGrid(2, 2), encoder.Architecture.Grid);
        float[] table = encoder.Weights["pos_embed"].ToSingles();
        CollectionAssert.AreEqual(
            PositionTableResampler.Resample(table, 1, new PatchGrid(2, 2), new PatchGrid(3, 5), Width, PositionInterpolation.Size), resized.Weights["pos_embed"].ToSingles());
        CollectionAssert.AreEqual(new long[] { 1, 16, Width }, resized.Weights["pos_embed"].Shape.ToArray());
        Assert.AreSame(encoder.Weights["cls_token"], resized.Weights["cls_token"]);
    }

    [TestMethod]
    public void Resize_OwnSize_GivesTheEncoderItself()
    {
        var encoder = Encoder(PositionEmbedding.Relative);
        Assert.AreSame(encoder, EncoderResizing.Resize(encoder, 16, 16));
    }

    [TestMethod]
    public void Resize_ImpossibleSizes_NamesAllReasons()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => EncoderResizing.Resize(Encoder(PositionEmbedding.Relative), 20, 16));
        Assert.HasCount(2, exception.Errors);
        StringAssert.Contains(exception.Message, "not resampled");
    }

    private static EncoderWeights Encoder(PositionEmbedding position)
    {
        var weights = new StateDictionary
        {
            ["cls_token"] = TensorData.FromSingles(new float[Width], 1, 1, Width),
            ["pos_embed"] = TensorData.FromSingles(Enumerable.Range(0, 5 * Width).Select(i => (float)i).ToArray(), 1, 5, Width),
        };
        return new EncoderWeights(new VisionTransformerOptions { ImageHeight = 16, ImageWidth = 16, PatchSize = 8, Width = Width, Depth = 1, Heads = 1, Position = position }, weights);
    }
}
