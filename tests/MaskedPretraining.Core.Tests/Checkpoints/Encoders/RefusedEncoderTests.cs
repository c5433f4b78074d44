using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

[TestClass]
public sealed class RefusedEncoderTests
{
    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "encoder.safetensors");

    [TestMethod]
    public void Load_RelativePositionsThatFitNoGrid_AreRefused()
    {
        Assert.Contains("is [30, 4] instead of", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(TinyVit.Relative(rows: 30))).Message);
        var both = TinyVit.Timm();
        TinyVit.Add(both, KeyScheme.RelativePositions, 28, 4);
        Assert.Contains("both a table of positions", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(both)).Message);
    }

    [TestMethod]
    public void Load_SomethingMissingAndSomethingLeftOver_ListsBothAndTheNearestFamily()
    {
        var timm = TinyVit.Timm();
        var state = new StateDictionary();
        foreach (string name in timm.Names.Where(name => name is not ("blocks.1.norm2.bias" or "norm.weight")))
        {
            state["net." + name] = timm[name];
        }

        TinyVit.Add(state, "net.blocks.0.attn.q_norm.weight", 64);
        TinyVit.Add(state, "net.reg_token", 1, 4, 64);
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state));
        foreach (string part in new[] { "nearest family is Dino, under 'net.'", "Missing: net.blocks.1.norm2.bias, net.norm.weight.", "Left over: net.blocks.0.attn.q_norm.weight, net.reg_token;", "Ignore" })
        {
            Assert.Contains(part, exception.Message);
        }
    }

    [TestMethod]
    public void Load_HuggingFaceWithoutAKey_NamesItAsTheFileWould()
    {
        var whole = TinyVit.HuggingFace("vit.");
        var state = new StateDictionary();
        foreach (string name in whole.Names.Where(name => !name.EndsWith("layer.1.attention.attention.key.weight", StringComparison.Ordinal)))
        {
            state[name] = whole[name];
        }

        Assert.Contains("Missing: vit.encoder.layer.1.attention.attention.key.weight.", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
    }

    [TestMethod]
    public void Load_BlockMissing_NamesIt()
    {
        var timm = TinyVit.Timm();
        var state = new StateDictionary();
        foreach (string name in timm.Names)
        {
            state[name.Replace("blocks.1.", "blocks.2000000000.", StringComparison.Ordinal)] = timm[name];
        }

        var found = Recognize(state);
        Assert.Contains("blocks.1.norm1.weight", found.Missing);
        Assert.Contains("blocks.2000000000.norm1.weight", found.LeftOver);
    }

    [TestMethod]
    public void Load_NoTransformer_SaysSo()
    {
        var state = new StateDictionary();
        TinyVit.Add(state, "conv1.weight", 8, 3, 3, 3);
        Assert.Contains("none of its 1 tensors is named like a block", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
    }

    [TestMethod]
    [DataRow("pos_embed", new long[] { 1, 13, 64 }, "of a square grid of patches")]
    [DataRow("pos_embed", new long[] { 10, 64 }, "of a square grid of patches")]
    [DataRow("patch_embed.proj.weight", new long[] { 64, 3, 4, 2 }, "of square patches")]
    [DataRow("patch_embed.proj.weight", new long[] { 64, 48 }, "of square patches")]
    [DataRow("blocks.0.mlp.fc1.weight", new long[] { 100, 64 }, "has 100 rows, no multiple of the width 64")]
    [DataRow("blocks.1.attn.qkv.weight", new long[] { 64, 192 }, "blocks.1.attn.qkv.weight is [64, 192] instead of [192, 64]")]
    [DataRow("norm.bias", new long[] { 32 }, "norm.bias is [32] instead of [64]")]
    public void Load_TensorOfAnotherShape_IsRefused(string name, long[] shape, string reason)
    {
        var state = TinyVit.Timm();
        TinyVit.Add(state, name, shape);
        Assert.Contains(reason, Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
    }

    [TestMethod]
    public void Load_AnyTensorOfAnyShapeOrType_LoadsOrIsRefused()
    {
        long[][] shapes = [[], [0], [1, 1, 0], [1, 2, 64], [64, 64], [0, 3, 4, 4], [64, 3, 0, 0]];
        int refused = 0;
        string[] names = [.. TinyVit.Timm().Names.Where(name => !name.StartsWith("blocks.1.", StringComparison.Ordinal))];
        foreach (string name in names)
        {
            foreach (long[] shape in shapes)
            {
                var state = TinyVit.Timm();
                TinyVit.Add(state, name, shape);
                refused += Refuses(state);
            }

            var integers = TinyVit.Timm();
            integers[name] = new TensorData(TensorElementType.I32, integers[name].Shape, integers[name].Bytes);
            refused += Refuses(integers);
        }

        Assert.IsGreaterThan(names.Length * (shapes.Length - 1), refused);

        int Refuses(StateDictionary state)
        {
            try
            {
                Load(state);
                return 0;
            }
            catch (CheckpointFormatException)
            {
                return 1;
            }
        }
    }

    [TestMethod]
    public void Load_IntegersOrNaN_AreRefused()
    {
        var state = TinyVit.Timm();
        state["pos_embed"] = TensorData.FromInt64s(new long[640], 1, 10, 64);
        Assert.Contains("pos_embed holds I64", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
        state = TinyVit.Timm();
        state["norm.bias"] = TensorData.FromSingles([.. Enumerable.Repeat(float.NaN, 64)], 64);
        Assert.Contains("'norm.bias' holds NaN", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
    }

    [TestMethod]
    public void Load_FineTunedMae_SaysWhyItDoesNotFit()
    {
        var timm = TinyVit.Timm();
        var state = new StateDictionary();
        foreach (string name in timm.Names)
        {
            state[name.StartsWith("norm.", StringComparison.Ordinal) ? "fc_" + name : name] = timm[name];
        }

        Assert.Contains("fine-tuned with averaged tokens", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state)).Message);
    }

    [TestMethod]
    [DataRow(48, null, "set Heads")]
    [DataRow(48, 5, "to a divisor")]
    public void Load_HeadsThatCannotBe_AreAskedFor(int width, int? heads, string reason)
    {
        var state = Narrow(width);
        Assert.Contains(reason, Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state, new EncoderLoadOptions { Heads = heads })).Message);
        Assert.AreEqual(3, Load(state, new EncoderLoadOptions { Heads = 3 }).Architecture.Heads);
    }

    [TestMethod]
    public void Load_BadOptions_NamesAllOfThem()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => Load(TinyVit.Timm(), new EncoderLoadOptions { Channels = 0, Heads = -1 }));
        Assert.HasCount(2, exception.Errors);
        Assert.Contains("ImageHeight", Assert.ThrowsExactly<InvalidOptionsException>(() => Load(TinyVit.Timm(), new EncoderLoadOptions { ImageHeight = 13 })).Message);
    }

    /// <summary>Any width, one block.</summary>
    private static StateDictionary Narrow(int width)
    {
        var timm = TinyVit.Timm();
        var state = new StateDictionary();
        foreach (string name in timm.Names.Where(name => !name.StartsWith("blocks.1.", StringComparison.Ordinal)))
        {
            TinyVit.Add(state, name, [.. timm[name].Shape.Select(side => side % TinyVit.Width == 0 ? side / TinyVit.Width * width : side)]);
        }

        return state;
    }

    private EncoderWeights Load(StateDictionary state, EncoderLoadOptions? options = null)
    {
        SafetensorsFile.Write(Target, state);
        return EncoderReader.Load(Target, options);
    }

    private RecognizedEncoder Recognize(StateDictionary state, EncoderLoadOptions? options = null)
    {
        SafetensorsFile.Write(Target, state);
        using var checkpoint = Checkpoint.Open(Target);
        return EncoderReader.Recognize(checkpoint, options);
    }
}
