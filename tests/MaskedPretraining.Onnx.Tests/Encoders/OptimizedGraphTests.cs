using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Onnx.Tests.Encoders;

/// <summary>What ONNX Runtime makes of an exported encoder on the CPU: the patterns that it knows become one operation each.</summary>
[TestClass]
public sealed class OptimizedGraphTests
{
    private const int Depth = 3;

    // Query, key, value and projection; the two layers of the MLP.
    private const int LayersOfABlock = 6;

    [TestMethod]
    public void Optimize_SingleWeights_FusesEveryGeluAndLeavesTheFastNormalisationAlone()
    {
        var counts = Optimize(WeightPrecision.Full);
        Assert.AreEqual(Depth, counts["com.microsoft.Gelu"]);
        Assert.IsFalse(counts.ContainsKey("Erf"));
        Assert.AreEqual((LayersOfABlock * Depth) + 1, counts["Gemm"]);
        Assert.AreEqual((2 * Depth) + 1, counts["ReduceSumSquare"]);
        // Slower on a CPU than the operations it would stand for; see EncoderGraph.
        Assert.IsFalse(counts.Keys.Any(operation => operation.Contains("LayerNormalization", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Optimize_HalfWeights_WidensThemOnceAndRunsTheSame()
    {
        var counts = Optimize(WeightPrecision.Half);
        Assert.IsFalse(counts.ContainsKey("Cast"));
        Assert.AreSequenceEqual(Optimize(WeightPrecision.Full), counts);
    }

    [TestMethod]
    public void Optimize_Int8Weights_FusesProductsWithScalesAndBiases()
    {
        var counts = Optimize(WeightPrecision.DynamicInt8);
        // Query, key and value share one conversion of the tokens; a layer with its own takes it in.
        Assert.AreEqual(3 * Depth, counts["com.microsoft.MatMulIntegerToFloat"]);
        Assert.AreEqual(3 * Depth, counts["com.microsoft.DynamicQuantizeMatMul"]);
        Assert.AreEqual(Depth, counts["DynamicQuantizeLinear"]);
        Assert.AreEqual(Depth, counts["com.microsoft.Gelu"]);
        Assert.IsFalse(counts.ContainsKey("MatMulInteger"));
        Assert.IsFalse(counts.ContainsKey("Cast"));
    }

    // Number of nodes of each operation in the optimised graph.
    private static SortedDictionary<string, int> Optimize(WeightPrecision weights)
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(
            TinyEncoder.Create(TinyEncoder.Architecture(depth: Depth)),
            new EncoderExportOptions { Weights = weights, Outputs = EncoderOutputs.Mean },
            folder["encoder.onnx"]);
        using (var options = new SessionOptions
        {
            OptimizedModelFilePath = folder["optimized.onnx"],
            // The level above puts in operations for this one processor.
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        })
        {
            using var session = new InferenceSession(folder["encoder.onnx"], options);
        }

        var nodes = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["optimized.onnx"])).Graph.Node;
        return new SortedDictionary<string, int>(nodes.CountBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}").ToDictionary(), StringComparer.Ordinal);
    }
}
