using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Maps;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Maps;

/// <summary>Grad-CAM of a convolutional classifier against the managed map, whose gradients are central differences of the score.</summary>
[TestClass]
public sealed class MapModelTests
{
    private const int Height = 10, Width = 14, Channels = 5, Classes = 3, Count = 4;
    private static readonly PatchGrid Grid = new(4, 6);

    [TestMethod]
    [DataRow(null, true, false)]
    [DataRow(null, false, true)]
    [DataRow(1, true, true)]
    public void ReadClassifier_PooledNetwork_GivesTheManagedGradCam(int? @class, bool turned, bool squashed)
    {
        using var folder = new TemporaryFolder();
        Write(folder["classifier.onnx"], turned, squashed, pools: true, showsLayer: false);
        Write(folder["layers.onnx"], turned, squashed: false, pools: true, showsLayer: true);
        var model = MapModel.ReadClassifier(File.ReadAllBytes(folder["classifier.onnx"]), "classifier.onnx", outputName: null, @class);
        Assert.AreEqual(Grid, model.Grid);
        model.Export([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f], Grid, normalize: true, new AttentionMapExportOptions(), folder["cam.onnx"]);

        float[] pixels = Numbers(9, Count * 3 * Height * Width, 0, 1);
        using var layers = new OnnxScorer(folder["layers.onnx"]);
        float[] activations = layers.Score(pixels, Count, "layer"), scores = layers.Score(pixels, Count, "scores");
        float[] head = Numbers(3, Classes * Channels, -1, 1);
        int length = Channels * Grid.Count;
        double[] expected = [.. Enumerable.Range(0, Count).SelectMany(image =>
        {
            var row = scores.AsSpan(image * Classes, Classes);
            int chosen = @class ?? row.IndexOf(row.ToArray().Max());
            float[] layer = activations[(image * length)..((image + 1) * length)];
            return GradCam.OfChannels(layer, Gradients(layer, head, chosen), Channels, Grid).Map.Values.Select(value => (double)value);
        })];
        using var maps = new OnnxScorer(folder["cam.onnx"]);
        Near.Assert(expected, maps.Score(pixels, Count, "map"), Near.Map, "map");
        Assert.IsGreaterThan(0.5, expected.Max(), "a map of zeros would show nothing");
    }

    [TestMethod]
    public void ReadClassifier_WithoutPooling_SaysWhatIsNeeded()
    {
        using var folder = new TemporaryFolder();
        Write(folder["flat.onnx"], turned: true, squashed: false, pools: false, showsLayer: false);
        byte[] file = File.ReadAllBytes(folder["flat.onnx"]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MapModel.ReadClassifier(file, "flat.onnx", null, null)).Message, "global average pooling");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MapModel.ReadClassifier(file, "flat.onnx", "other", null)).Message, "other");
        Write(folder["pooled.onnx"], turned: true, squashed: false, pools: true, showsLayer: false);
        file = File.ReadAllBytes(folder["pooled.onnx"]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MapModel.ReadClassifier(file, "pooled.onnx", null, Classes)).Message, "no class 3");
    }

    // Two convolutions, pooling, one linear layer.
    private static void Write(string path, bool turned, bool squashed, bool pools, bool showsLayer)
    {
        var graph = new GraphBuilder("classifier");
        string image = graph.Input("image", singleRow: false, 3, Height, Width);
        string first = graph.Node("Conv", "first", [image, graph.Constant("first.weight", Numbers(1, 4 * 3 * 9, -1, 1), 4, 3, 3, 3)], NodeAttribute.Integers("pads", 1, 1, 1, 1));
        string second = graph.Node("Conv", "second", [graph.Node("Relu", "hidden", [first]), graph.Constant("second.weight", Numbers(2, Channels * 4 * 9, -1, 1), Channels, 4, 3, 3)], NodeAttribute.Integers("strides", 2, 2));
        string layer = graph.Node("Relu", "layer", [second]);
        string features = graph.Node("Flatten", "features", [pools ? graph.Node("GlobalAveragePool", "pooled", [layer]) : layer]);
        int inputs = pools ? Channels : Channels * Grid.Count;
        float[] head = Numbers(3, Classes * inputs, -1, 1);
        string weights = turned
            ? graph.Constant("head.weight", head, Classes, inputs)
            : graph.Constant("head.weight", Enumerable.Range(0, head.Length).Select(i => head[(i % Classes * inputs) + (i / Classes)]).ToArray(), inputs, Classes);
        string scores = graph.Node("Gemm", "scores", [features, weights, graph.Constant("head.bias", Numbers(4, Classes, -1, 1), Classes)], NodeAttribute.Integer("transB", turned ? 1 : 0));
        graph.Output(squashed ? graph.Node("Softmax", "probabilities", [scores], NodeAttribute.Integer("axis", 1)) : scores, Classes);
        if (showsLayer)
        {
            graph.Output(layer, Channels, Grid.Rows, Grid.Columns);
        }

        ModelFile.Write(graph.Build(), path);
    }

    // The score's head sees the mean of each channel.
    private static float[] Gradients(float[] layer, float[] head, int chosen)
    {
        const double Delta = 1e-3;
        return [.. Enumerable.Range(0, layer.Length).Select(i => (float)((Score(i, Delta) - Score(i, -Delta)) / (2 * Delta)))];

        double Score(int changed, double by) => Enumerable.Range(0, Channels).Sum(channel =>
            head[(chosen * Channels) + channel] * Enumerable.Range(channel * Grid.Count, Grid.Count).Average(i => layer[i] + (i == changed ? by : 0)));
    }

    private static float[] Numbers(int number, int count, double from, double to)
    {
        var random = new RandomStream(1, RandomPurpose.Initialization, 0, number);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(from + ((to - from) * random.NextDouble())))];
    }
}
