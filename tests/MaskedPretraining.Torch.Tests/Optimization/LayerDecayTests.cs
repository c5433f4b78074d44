using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class LayerDecayTests
{
    // The published lists are rounded to five decimals.
    private const double Rounding = 5.1e-6;

    [TestMethod]
    [DataRow(0.75, 0.02376, 0.03168, 0.75)]
    [DataRow(0.65, 0.00370, 0.00569, 0.65)]
    public void ScaleOf_TwelveBlocks_IsMaesList(double decay, double first, double second, double last)
    {
        var layers = new LayerDecay(12, decay);
        Assert.AreEqual(first, layers.ScaleOf("patch_embed.proj.weight"), Rounding);
        Assert.AreEqual(first, layers.ScaleOf("cls_token"), Rounding);
        Assert.AreEqual(second, layers.ScaleOf("blocks.0.norm1.weight"), Rounding);
        Assert.AreEqual(last, layers.ScaleOf("blocks.11.mlp.fc2.bias"), Rounding);
        Assert.AreEqual(1, layers.ScaleOf("head.weight"));
        Assert.AreEqual(1, layers.ScaleOf("fc_norm.weight"));
        for (int block = 1; block < 12; block++)
        {
            Assert.AreEqual(decay, layers.ScaleOf($"blocks.{block - 1}.norm1.weight") / layers.ScaleOf($"blocks.{block}.norm1.weight"), 1e-12);
        }
    }

    [TestMethod]
    [DataRow("cls_token", 0)]
    [DataRow("pos_embed", 0)]
    [DataRow("patch_embed.proj.bias", 0)]
    [DataRow("blocks.0.attn.qkv.weight", 1)]
    [DataRow("blocks.11.attn.qkv.weight", 12)]
    [DataRow("norm.weight", 13)]
    [DataRow("head.bias", 13)]
    public void LayerOf_Name_CountsFromTheInput(string name, int layer) => Assert.AreEqual(layer, new LayerDecay(12, 0.65).LayerOf(name));

    [TestMethod]
    [DataRow("blocks.12.norm1.weight")]
    [DataRow("blocks.-1.norm1.weight")]
    [DataRow("blocks.norm1.weight")]
    public void LayerOf_BlockThatThereIsNot_IsRefused(string name)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new LayerDecay(12, 0.65).LayerOf(name));
        StringAssert.Contains(exception.Message, name);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.01)]
    [DataRow(double.NaN)]
    public void Constructor_DecayOutOfRange_IsRefused(double decay) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LayerDecay(12, decay));

    [TestMethod]
    public void IsDecayed_VectorsTokenAndPositions_AreNot()
    {
        Assert.IsTrue(LayerDecay.IsDecayed("head.weight", new long[] { 10, 192 }));
        Assert.IsFalse(LayerDecay.IsDecayed("head.bias", new long[] { 10 }));
        Assert.IsFalse(LayerDecay.IsDecayed("cls_token", new long[] { 1, 1, 192 }));
        Assert.IsFalse(LayerDecay.IsDecayed("pos_embed", new long[] { 1, 197, 192 }));
    }
}
