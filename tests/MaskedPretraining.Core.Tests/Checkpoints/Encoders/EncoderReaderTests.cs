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
        var state = TinyVit.Relative(rows: 28);
        var encoder = Load(state);
        Assert.AreEqual((PositionEmbedding.Relative, 4, new PatchGrid(3, 3)), (encoder.Architecture.Position, encoder.Architecture.Heads, encoder.Architecture.Grid));
        CollectionAssert.AreEqual(state[KeyScheme.RelativePositions].Bytes, encoder.Weights[KeyScheme.RelativePositions].Bytes);
        Assert.IsFalse(encoder.Weights.Contains("pos_embed"));
        Assert.AreEqual(EncoderFamily.SimMim, Recognize(state).Family);
        Assert.Contains("as trained", Assert.ThrowsExactly<InvalidOptionsException>(() => Load(state, new EncoderLoadOptions { ImageHeight = 16 })).Message);
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
    public void Load_LeftOverThatIsToBeIgnored_Loads()
    {
        var state = TinyVit.Timm();
        TinyVit.Add(state, "my_loss.weight", 3);
        Assert.ThrowsExactly<CheckpointFormatException>(() => Load(state));
        Assert.IsNotNull(Load(state, new EncoderLoadOptions { Ignore = ["my_loss."] }));
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
