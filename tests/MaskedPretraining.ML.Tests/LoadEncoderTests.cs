using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Tests;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class LoadEncoderTests
{
    // Three blocks in single precision against the same in double precision.
    private const float ReferenceTolerance = 1e-5f;
    private const double LoadTolerance = 1e-5;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("mae_tiny_random.safetensors")]
    [DataRow("mae_tiny_random.pth")]
    [DataRow("mae_tiny_random_legacy.pth")]
    [DataRow("mae_tiny_random_with_args.pth")]
    public void Load_TinyMae_ReproducesTheRecordedTokensAndAttention(string file)
    {
        if (SharedData.Find("data/checkpoints/synthetic") is not { } folder)
        {
            return;
        }

        var recorded = SafetensorsFile.Read(Path.Combine(folder, "mae_tiny_random_io.safetensors"));
        // The recorded input is normalised already; this mean and deviation let it through.
        var encoder = EncoderReader.Load(Path.Combine(folder, file), new EncoderLoadOptions { Heads = 3, PixelMean = [0], PixelStandardDeviation = [1f / 255] });
        float[] input = recorded["input"].ToSingles(), tokens = recorded["encoder_out"].ToSingles(), attention = recorded["block2_attn"].ToSingles();
        var (images, patches, width, heads) = (2, 64, 48, 3);
        float[] cls = [.. Enumerable.Range(0, images).SelectMany(image => tokens[(image * (patches + 1) * width)..][..width])];
        float[] others = [.. Enumerable.Range(0, images).SelectMany(image => tokens[(((image * (patches + 1)) + 1) * width)..][..(patches * width)])];
        float[] rows = [.. Enumerable.Range(0, images * heads).SelectMany(head => attention[((head * (patches + 1) * (patches + 1)) + 1)..][..patches])];

        using var runner = new EncoderRunner(encoder);
        var output = runner.Run(input, images);
        Near(cls, output.Cls);
        Near(others, output.Patches);
        Near(rows, output.Attention);

        string model = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        EncoderExporter.Export(encoder, EncoderOutputs.Cls | EncoderOutputs.Patches, model);
        using var scorer = new OnnxScorer(model);
        Near(cls, scorer.Score(input, images, "cls"));
        Near(others, scorer.Score(input, images, "patches"));
    }

    [TestMethod]
    public void LoadEncoder_WeightsOfAFittedEncoder_GivesItsFeatures()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(6));
        using var pretrained = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        using var loaded = ml.MaskedPretraining.LoadEncoder(Save(pretrained.Weights), "Features", "Image", Options()).Fit(data);
        // The same weights make the same ONNX model.
        Assert.AreEqual(0, Columns.LargestDifference(Columns.Vectors(pretrained.Transform(data), "Features"), Columns.Vectors(loaded.Transform(data), "Features")));
    }

    [TestMethod]
    public void LoadEncoder_FurtherColumns_SaveAndLoadWithoutThisLibrary()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(6));
        var options = Options();
        (options.Pooling, options.PatchesColumnName, options.AttentionColumnName) = (FeaturePooling.Mean, "Patches", "Map");
        var estimator = ml.MaskedPretraining.LoadEncoder(Save(Weights(ml)), "Features", "Image", options);
        using var transformer = estimator.Fit(data);
        var view = transformer.Transform(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 16, Tiny.Width), view.Schema["Patches"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4, 4), view.Schema["Map"].Type);
        var features = Columns.Vectors(view, "Features");
        var patches = Columns.Vectors(view, "Patches");
        Assert.AreEqual(Enumerable.Range(0, 16).Average(patch => patches[2][(patch * Tiny.Width) + 3]), features[2][3], LoadTolerance);

        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.MaskedPretraining.SaveModel(transformer, data.Schema, path);
        var loaded = ml.Model.Load(path, out _);
        var again = loaded.Transform(data);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(features, Columns.Vectors(again, "Features")));
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(view, "Map"), Columns.Vectors(again, "Map")));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void LoadEncoder_AnotherImageSize_HasAnotherGrid()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(2));
        var options = Options();
        (options.Encoder.ImageHeight, options.Encoder.ImageWidth, options.AttentionColumnName) = (24, 32, "Map");
        using var transformer = ml.MaskedPretraining.LoadEncoder(Save(Weights(ml)), "Features", "Image", options).Fit(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 6, 8), transformer.Transform(data).Schema["Map"].Type);
        Assert.HasCount(2, Columns.Vectors(transformer.Transform(data), "Features"));
    }

    [TestMethod]
    public void LoadEncoder_SimMimNames_RunsInTheEngineAndInOnnx()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(3));
        var trained = Weights(ml).Weights;
        var state = new StateDictionary();
        foreach (string name in trained.Names.Where(name => name != "pos_embed"))
        {
            state["encoder." + name] = trained[name];
        }

        // Offsets of a 4x4 grid, and three rows of the class token; two heads.
        state["encoder.rel_pos_bias.relative_position_bias_table"] = TensorData.FromSingles([.. Enumerable.Range(0, 52 * 2).Select(i => MathF.Sin(i))], 52, 2);
        state["encoder.blocks.0.gamma_1"] = TensorData.FromSingles([.. Enumerable.Repeat(0.5f, Tiny.Width)], Tiny.Width);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.safetensors");
        SafetensorsFile.Write(path, state);

        var options = Options();
        options.Encoder.Heads = null;
        // Fitting compares the ONNX model with the engine.
        using var transformer = ml.MaskedPretraining.LoadEncoder(path, "Features", "Image", options).Fit(data);
        Assert.AreEqual(PositionEmbedding.Relative, transformer.Weights.Architecture.Position);
        Assert.HasCount(3, Columns.Vectors(transformer.Transform(data), "Features"));
    }

    [TestMethod]
    public void AttentionMap_FromTheFile_IsTheEncodersMap()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4));
        string path = Save(Weights(ml));
        var options = Options();
        options.AttentionColumnName = "Map";
        using var encoder = ml.MaskedPretraining.LoadEncoder(path, "Features", "Image", options).Fit(data);
        float[][] expected = Columns.Vectors(encoder.Transform(data), "Map");
        foreach (var source in new[] { AttentionMapOptions.FromFile(path, options.Encoder), AttentionMapOptions.FromEncoder(encoder) })
        {
            using var maps = ml.MaskedPretraining.AttentionMap("Map", "Image", source).Fit(data);
            Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(expected, Columns.Vectors(maps.Transform(data), "Map")));
        }
    }

    [TestMethod]
    public void LoadEncoder_ColumnsOfOneName_AreRefused()
    {
        var ml = new MLContext();
        var options = Options();
        options.AttentionColumnName = "Features";
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.LoadEncoder("missing.pth", "Features", "Image", options));
        Assert.Contains("have different names", exception.Message);
    }

    [TestMethod]
    public void LoadEncoder_FileThatIsNone_NamesIt()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.pth");
        File.WriteAllText(path, "no checkpoint");
        Assert.Contains(path, Assert.ThrowsExactly<CheckpointFormatException>(() => new MLContext().MaskedPretraining.LoadEncoder(path)).Message);
        Assert.ThrowsExactly<FileNotFoundException>(() => new MLContext().MaskedPretraining.LoadEncoder(path + ".missing"));
    }

    private static LoadedEncoderOptions Options() =>
        new() { Encoder = new EncoderLoadOptions { Heads = Tiny.Encoder().Heads, PixelMean = Tiny.Encoder().PixelMean, PixelStandardDeviation = Tiny.Encoder().PixelStandardDeviation } };

    private static EncoderWeights Weights(MLContext ml)
    {
        using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(ml.MaskedPretraining.Images(new ColorImages(2)));
        return untrained.Weights;
    }

    private string Save(EncoderWeights encoder)
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.safetensors");
        SafetensorsFile.Write(path, encoder.Weights);
        return path;
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], ReferenceTolerance, $"element {i}");
        }
    }
}
