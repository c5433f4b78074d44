using System.Text.Json;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Onnx.Tests.Encoders;

/// <summary>Exported encoders against the golden cases. Their images are already normalised: mean 0 and deviation 1/255 let them through the model's scaling unchanged.</summary>
[TestClass]
public sealed class GoldenEncoderTests
{
    [TestMethod]
    [DataRow("vit-forward-0")]
    [DataRow("vit-forward-1")]
    [DataRow("vit-forward-2")]
    public void Export_VitForwardCase_GivesItsTokens(string name)
    {
        if (SharedData.Find($"golden/{name}") is not { } folder)
        {
            return;
        }

        var (description, tensors) = Load(folder);
        Check(description, tensors, new EncoderExportOptions { Outputs = EncoderOutputs.Cls | EncoderOutputs.Patches }, ("out/cls", "cls"), ("out/patches", "patches"));
    }

    [TestMethod]
    [DataRow("attention-map-0")]
    [DataRow("attention-map-1")]
    [DataRow("attention-map-2")]
    public void Export_AttentionMapCase_GivesItsMap(string name)
    {
        if (SharedData.Find($"golden/{name}") is not { } folder)
        {
            return;
        }

        var (description, tensors) = Load(folder);
        bool perHead = description.GetProperty("options").GetProperty("head_normalization").GetString() == "per-head-then-mean";
        var options = new EncoderExportOptions { Outputs = EncoderOutputs.Attention, HeadNormalization = perHead ? HeadNormalization.PerHeadThenMean : HeadNormalization.MeanThenMinMax };
        Check(description, tensors, options, ("out/map", "attention"));
    }

    private static void Check(JsonElement description, StateDictionary tensors, EncoderExportOptions options, params (string Expected, string Output)[] pairs)
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(new EncoderWeights(Architecture(description.GetProperty("model")), Weights(tensors)), options, folder["encoder.onnx"]);
        using var scorer = new OnnxScorer(folder["encoder.onnx"]);
        var images = tensors["in/images"];
        var tolerance = description.GetProperty("tolerance");
        foreach (var (expected, output) in pairs)
        {
            float[] actual = scorer.Score(images.ToSingles(), (int)images.Shape[0], output);
            Near.Assert(tensors[expected].ToDoubles(), actual, tolerance.GetProperty("rel").GetDouble(), expected);
        }
    }

    private static (JsonElement Description, StateDictionary Tensors) Load(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        return (json.RootElement.Clone(), SafetensorsFile.Read(Path.Combine(folder, "tensors.safetensors")));
    }

    private static StateDictionary Weights(StateDictionary tensors)
    {
        const string Prefix = "weights/";
        var weights = new StateDictionary();
        foreach (string name in tensors.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            weights[name[Prefix.Length..]] = tensors[name];
        }

        return weights;
    }

    private static VisionTransformerOptions Architecture(JsonElement model) => new()
    {
        ImageHeight = model.GetProperty("image_height").GetInt32(),
        ImageWidth = model.GetProperty("image_width").GetInt32(),
        Channels = model.GetProperty("channels").GetInt32(),
        PatchSize = model.GetProperty("patch_size").GetInt32(),
        Width = model.GetProperty("width").GetInt32(),
        Depth = model.GetProperty("depth").GetInt32(),
        Heads = model.GetProperty("heads").GetInt32(),
        MlpRatio = model.GetProperty("mlp_ratio").GetInt32(),
        LayerNormEpsilon = model.GetProperty("layer_norm_eps").GetDouble(),
        PixelMean = [0],
        PixelStandardDeviation = [1f / 255],
    };
}
