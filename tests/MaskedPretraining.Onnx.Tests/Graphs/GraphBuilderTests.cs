using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Graphs;

[TestClass]
public sealed class GraphBuilderTests
{
    [TestMethod]
    public void SlotNames_OfAnOutput_AreWhereMlNetLooksAndTheModelRuns()
    {
        using var folder = new TemporaryFolder();
        var builder = new GraphBuilder("test");
        builder.Output(builder.Node("Identity", "Score", [builder.Input("x", false, 2)]), 2);
        builder.SlotNames("Score", ["cat", "ein Käuzchen"]);
        ModelFile.Write(builder.Build(), folder["model.onnx"]);
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"])).Graph;
        var names = graph.Node.Single(node => node.Name == "mlnet.Score.SlotNames").Attribute.Single(attribute => attribute.Name == "keys_strings");
        CollectionAssert.AreEqual(new[] { "cat", "ein Käuzchen" }, names.Strings.Select(name => name.ToStringUtf8()).ToArray());
        using var scorer = new OnnxScorer(folder["model.onnx"]);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, scorer.Score(new[] { 1f, 2f }, 1, "Score"));
    }

    [TestMethod]
    public void Node_NameTakenTwice_NamesIt()
    {
        var builder = new GraphBuilder("test");
        builder.Input("x", false, 2);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => builder.Node("Identity", "x", ["x"]));
        Assert.Contains("'x'", exception.Message);
    }

    [TestMethod]
    public void RefuseIfTooLarge_MoreThanTwoGigabytes_SaysHowMuch()
    {
        ModelFile.RefuseIfTooLarge(ModelFile.LargestWeights, "huge.onnx");
        var exception = Assert.ThrowsExactly<NotSupportedException>(() => ModelFile.RefuseIfTooLarge(2_530_000_000, "huge.onnx"));
        Assert.Contains("'huge.onnx' would hold 2.53 GB", exception.Message);
    }
}
