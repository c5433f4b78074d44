using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

[TestClass]
public sealed class EncoderReaderTests
{
    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "encoder.safetensors");

    [TestMethod]
    public void Load_TimmNames_InfersTheArchitectureAndKeepsTheTensors()
    {
        var state = TinyVit.Timm();
        var encoder = Load(state);

        var architecture = encoder.Architecture;
        Assert.AreEqual((12, 12, 3, 4), (architecture.ImageHeight, architecture.ImageWidth, architecture.Channels, architecture.PatchSize));
        Assert.AreEqual((64, 2, 1, 2), (architecture.Width, architecture.Depth, architecture.Heads, architecture.MlpRatio));
        Assert.AreEqual(PositionEmbedding.Learned, architecture.Position);
        CollectionAssert.AreEquivalent(state.Names.ToArray(), encoder.Weights.Names.ToArray());
        foreach (string name in state.Names)
        {
            CollectionAssert.AreEqual(state[name].Bytes, encoder.Weights[name].Bytes, name);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("vit.")]
    public void Load_HuggingFaceNames_GivesTheSameTensors(string prefix)
    {
        var encoder = Load(TinyVit.HuggingFace(prefix));
        var state = TinyVit.Timm();
        foreach (string name in state.Names)
        {
            CollectionAssert.AreEqual(state[name].ToSingles(), encoder.Weights[name].ToSingles(), name);
        }

        Assert.AreEqual(1e-12, encoder.Architecture.LayerNormEpsilon);
    }

    [TestMethod]
    [DataRow("", new string[0], EncoderFamily.Dino)]
    [DataRow("module.backbone.", new[] { "module.head.last_layer.weight_g" }, EncoderFamily.Dino)]
    [DataRow("", new[] { "head.weight", "head.bias" }, EncoderFamily.Timm)]
    [DataRow("model.", new[] { "model.head.weight" }, EncoderFamily.Timm)]
    [DataRow("", new[] { "decoder_embed.weight", "mask_token", "decoder_blocks.0.norm1.weight" }, EncoderFamily.Mae)]
    public void Recognize_WhatStandsBeside_TellsTheFamily(string prefix, string[] beside, EncoderFamily family)
    {
        var state = TinyVit.WithPrefix(TinyVit.Timm(), prefix);
        Array.ForEach(beside, name => TinyVit.Add(state, name, 1));
        var found = Recognize(state);
        Assert.IsTrue(found.IsComplete, found.Explain());
        Assert.AreEqual(family, found.Family);
        Assert.AreEqual(prefix, found.Prefix);
        CollectionAssert.AreEquivalent(beside, found.Ignored.ToArray());
    }

    [TestMethod]
    public void Load_SinCosPositions_AreMaeAndStayFixed()
    {
        var state = TinyVit.Timm();
        state["pos_embed"] = TensorData.FromSingles(SinCosPositionTable.Create(new PatchGrid(3, 3), 64, classToken: true), 1, 10, 64);
        Assert.AreEqual(EncoderFamily.Mae, Recognize(state).Family);
        Assert.AreEqual(PositionEmbedding.SinCos, Load(state).Architecture.Position);
        // MAE resamples its fixed table too, so that it is none any more.
        Assert.AreEqual(PositionEmbedding.Learned, Load(state, new EncoderLoadOptions { ImageHeight = 16, ImageWidth = 16 }).Architecture.Position);
    }

    [TestMethod]
    public void Recognize_StudentAndTeacher_TakesTheTeacher()
    {
        var state = TinyVit.WithPrefix(TinyVit.Timm(), "student.");
        foreach (string name in TinyVit.Timm().Names)
        {
            state["teacher." + name] = TinyVit.Timm()[name];
        }

        Assert.AreEqual("teacher.", Recognize(state).Prefix);
        Assert.AreEqual("student.", Recognize(state, new EncoderLoadOptions { Prefix = "student." }).Prefix);
    }

    [TestMethod]
    public void Load_BeitAttention_HasNoKeyBias()
    {
        var state = new StateDictionary();
        var timm = TinyVit.Timm();
        foreach (string name in timm.Names.Where(name => !name.EndsWith("attn.qkv.bias", StringComparison.Ordinal)))
        {
            state["encoder." + name] = timm[name];
        }

        for (int block = 0; block < TinyVit.Depth; block++)
        {
            TinyVit.Add(state, $"encoder.blocks.{block}.attn.q_bias", TinyVit.Width);
            TinyVit.Add(state, $"encoder.blocks.{block}.attn.v_bias", TinyVit.Width);
        }

        TinyVit.Add(state, "encoder.mask_token", 1, 1, TinyVit.Width);
        TinyVit.Add(state, "decoder.0.weight", 48, TinyVit.Width, 1, 1);
        Assert.AreEqual(EncoderFamily.SimMim, Recognize(state).Family);
        float[] bias = Load(state).Weights["blocks.1.attn.qkv.bias"].ToSingles();
        CollectionAssert.AreEqual(state["encoder.blocks.1.attn.q_bias"].ToSingles(), bias[..64]);
        Assert.IsTrue(bias[64..128].All(value => value == 0));
        CollectionAssert.AreEqual(state["encoder.blocks.1.attn.v_bias"].ToSingles(), bias[128..]);
    }

    [TestMethod]
    public void Load_RelativePositions_KeepsTheTableAndCountsItsHeads()
    {
        var state = Relative(rows: 28);
        var encoder = Load(state);
        Assert.AreEqual((PositionEmbedding.Relative, 4, new PatchGrid(3, 3)), (encoder.Architecture.Position, encoder.Architecture.Heads, encoder.Architecture.Grid));
        CollectionAssert.AreEqual(state[KeyScheme.RelativePositions].Bytes, encoder.Weights[KeyScheme.RelativePositions].Bytes);
        Assert.IsFalse(encoder.Weights.Contains("pos_embed"));
        Assert.AreEqual(EncoderFamily.SimMim, Recognize(state).Family);
        Assert.Contains("as trained", Assert.ThrowsExactly<InvalidOptionsException>(() => Load(state, new EncoderLoadOptions { ImageHeight = 16 })).Message);
    }

    [TestMethod]
    public void Load_RelativePositionsThatFitNoGrid_AreRefused()
    {
        Assert.Contains("is [30, 4] instead of", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(Relative(rows: 30))).Message);
        var both = TinyVit.Timm();
        TinyVit.Add(both, KeyScheme.RelativePositions, 28, 4);
        Assert.Contains("both a table of positions", Assert.ThrowsExactly<CheckpointFormatException>(() => Load(both)).Message);
    }

    [TestMethod]
    public void Load_LayerScaleThatAttentionForgets_CountsForTheMlpAlone()
    {
        var state = TinyVit.Timm();
        TinyVit.Add(state, "blocks.0.gamma_1", TinyVit.Width);
        var encoder = Load(state, new EncoderLoadOptions { LayerScaleOnAttention = false });
        CollectionAssert.AreEqual(state["blocks.0.attn.proj.weight"].Bytes, encoder.Weights["blocks.0.attn.proj.weight"].Bytes);
    }

    [TestMethod]
    [DataRow("gamma_1", "attn.proj")]
    [DataRow("ls1.gamma", "attn.proj")]
    [DataRow("gamma_2", "mlp.fc2")]
    [DataRow("ls2.gamma", "mlp.fc2")]
    public void Load_LayerScale_IsMultipliedIn(string scale, string layer)
    {
        var state = TinyVit.Timm();
        TinyVit.Add(state, $"blocks.1.{scale}", TinyVit.Width);
        float[] gamma = state[$"blocks.1.{scale}"].ToSingles();
        var encoder = Load(state);
        float[] weight = state[$"blocks.1.{layer}.weight"].ToSingles(), scaled = encoder.Weights[$"blocks.1.{layer}.weight"].ToSingles();
        int inputs = weight.Length / TinyVit.Width;
        for (int i = 0; i < weight.Length; i++)
        {
            Assert.AreEqual(gamma[i / inputs] * weight[i], scaled[i]);
        }

        Assert.AreEqual(gamma[5] * state[$"blocks.1.{layer}.bias"].ToSingles()[5], encoder.Weights[$"blocks.1.{layer}.bias"].ToSingles()[5]);
        CollectionAssert.AreEqual(state[$"blocks.0.{layer}.weight"].ToSingles(), encoder.Weights[$"blocks.0.{layer}.weight"].ToSingles());
    }

    [TestMethod]
    [DataRow(EncoderFamily.Dino, PositionInterpolation.ScaleFactor)]
    [DataRow(EncoderFamily.Timm, PositionInterpolation.Size)]
    [DataRow(EncoderFamily.Mae, PositionInterpolation.Size)]
    public void Load_AnotherImageSize_ResamplesPositionsAsTheFamilyDoes(EncoderFamily family, PositionInterpolation form)
    {
        var state = TinyVit.Timm();
        var encoder = Load(state, new EncoderLoadOptions { Family = family, ImageHeight = 20, ImageWidth = 8 });
        Assert.AreEqual(new PatchGrid(5, 2), encoder.Architecture.Grid);
        float[] expected = PositionTableResampler.Resample(state["pos_embed"].ToSingles(), 1, new PatchGrid(3, 3), new PatchGrid(5, 2), 64, form);
        CollectionAssert.AreEqual(expected, encoder.Weights["pos_embed"].ToSingles());
        CollectionAssert.AreEqual(new long[] { 1, 11, 64 }, encoder.Weights["pos_embed"].Shape.ToArray());
    }

    [TestMethod]
    public void Load_PositionsWithoutClassToken_GetARowOfZeros()
    {
        var state = TinyVit.Timm();
        float[] patches = state["pos_embed"].ToSingles()[64..];
        state["pos_embed"] = TensorData.FromSingles(patches, 1, 9, 64);
        float[] table = Load(state).Weights["pos_embed"].ToSingles();
        Assert.IsTrue(table[..64].All(value => value == 0));
        CollectionAssert.AreEqual(patches, table[64..]);
    }

    [TestMethod]
    [DataRow(TensorElementType.F16)]
    [DataRow(TensorElementType.BF16)]
    [DataRow(TensorElementType.F64)]
    public void Load_OtherFloatTypes_BecomeSinglePrecision(TensorElementType type)
    {
        var state = TinyVit.Timm();
        foreach (string name in state.Names.ToArray())
        {
            state[name] = new TensorData(type, state[name].Shape, [.. state[name].ToSingles().SelectMany(value => Bytes(value, type))]);
        }

        var encoder = Load(state);
        foreach (string name in state.Names)
        {
            Assert.AreEqual(TensorElementType.F32, encoder.Weights[name].Type);
            CollectionAssert.AreEqual(state[name].ToSingles(), encoder.Weights[name].ToSingles(), name);
        }

        static byte[] Bytes(float value, TensorElementType type) => type switch
        {
            TensorElementType.F16 => BitConverter.GetBytes((Half)value),
            TensorElementType.BF16 => BitConverter.GetBytes(value)[2..],
            _ => BitConverter.GetBytes((double)value),
        };
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
    public void Load_LeftOverThatIsToBeIgnored_Loads()
    {
        var state = TinyVit.Timm();
        TinyVit.Add(state, "my_loss.weight", 3);
        Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state));
        Assert.IsNotNull(Load(state, new EncoderLoadOptions { Ignore = ["my_loss."] }));
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
        long[][] shapes = [[], [0], [1], [1, 1, 0], [1, 2, 64], [64, 64], [0, 3, 4, 4], [64, 0, 4, 4], [64, 3, 0, 0], [5, 7, 2], [1, 1, 1, 1, 1]];
        int refused = 0;
        foreach (string name in TinyVit.Timm().Names)
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

        Assert.IsGreaterThan(TinyVit.Timm().Count * (shapes.Length - 1), refused);

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

    /// <summary>Relative positions of four heads in place of the table.</summary>
    private static StateDictionary Relative(int rows)
    {
        var timm = TinyVit.Timm();
        var state = new StateDictionary();
        TinyVit.Add(state, KeyScheme.RelativePositions, rows, 4);
        foreach (string name in timm.Names.Where(name => name != "pos_embed"))
        {
            state[name] = timm[name];
        }

        return state;
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
