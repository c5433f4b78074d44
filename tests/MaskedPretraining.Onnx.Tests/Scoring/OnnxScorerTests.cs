using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Scoring;

[TestClass]
public sealed class OnnxScorerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(0, 4)]
    [DataRow(1, 4)]
    [DataRow(4, 4)]
    [DataRow(9, 4)]
    [DataRow(9, 100)]
    public void Score_AnyCount_FillsEveryRowAndNoMore(int count, int batchSize)
    {
        using var scorer = new OnnxScorer(Doubling(), new OnnxScorerOptions { BatchSize = batchSize, Threads = 1 });
        float[] rows = [.. Enumerable.Range(0, 20).Select(value => (float)value)];
        float[] results = new float[20];
        scorer.Score(rows, count, [new OutputBuffer("y", results)]);
        CollectionAssert.AreEqual(rows.Select((value, index) => index < 2 * count ? 2 * value : 0).ToArray(), results);
    }

    [TestMethod]
    [DataRow(1, 3, false)]
    [DataRow(5, 3, false)]
    [DataRow(7, 3, false)]
    [DataRow(10, 1, false)]
    [DataRow(10, int.MaxValue, false)]
    [DataRow(10, 3, true)]
    public void Score_SeveralThreads_PutsEveryRowInItsPlace(int count, int batchSize, bool shareOperations)
    {
        using var scorer = new OnnxScorer(Doubling(), new OnnxScorerOptions { BatchSize = batchSize, Threads = 3, ShareOperations = shareOperations });
        float[] rows = [.. Enumerable.Range(0, 20).Select(value => (float)value)];
        float[] results = new float[20];
        scorer.Score(rows, count, [new OutputBuffer("y", results)]);
        CollectionAssert.AreEqual(rows.Select((value, index) => index < 2 * count ? 2 * value : 0).ToArray(), results);
    }

    [TestMethod]
    [DataRow(8, 3, false, 24)]
    [DataRow(8, 3, true, 8)]
    [DataRow(int.MaxValue, 3, false, int.MaxValue)]
    public void RowsAtOnce_AreABatchForEveryThreadWithRowsOfItsOwn(int batchSize, int threads, bool shareOperations, int expected)
    {
        using var scorer = new OnnxScorer(Doubling(), new OnnxScorerOptions { BatchSize = batchSize, Threads = threads, ShareOperations = shareOperations });
        Assert.AreEqual(expected, scorer.RowsAtOnce);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Score_OneBatchFails_SaysWhichModelAndWhy(int threads)
    {
        var builder = new GraphBuilder("test");
        string places = builder.Node("Cast", "places", [builder.Input("x", false, 1)], NodeAttribute.Integer("to", (long)TensorProto.Types.DataType.Int64));
        builder.Output(builder.Node("Gather", "y", [builder.Constant("table", new float[] { 10, 20 }, 2), places]), 1);
        ModelFile.Write(builder.Build(), _folder["table.onnx"]);
        using var scorer = new OnnxScorer(_folder["table.onnx"], new OnnxScorerOptions { BatchSize = 2, Threads = threads });
        CollectionAssert.AreEqual(new float[] { 10, 20, 10 }, scorer.Score(new float[] { 0, 1, 0 }, 3, "y"));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => scorer.Score(new float[] { 0, 1, 0, 1, 0, 7 }, 6, "y"));
        Assert.Contains("table.onnx", exception.Message);
        Assert.Contains("out of", exception.Message);
    }

    [TestMethod]
    public void Score_FromManyThreads_GivesEachItsOwn()
    {
        using var scorer = new OnnxScorer(Doubling(), new OnnxScorerOptions { BatchSize = 3 });
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4 }, caller =>
        {
            float[] rows = [.. Enumerable.Range(0, 20).Select(value => (float)value + caller)];
            CollectionAssert.AreEqual(rows.Select(value => 2 * value).ToArray(), scorer.Score(rows, 10, "y"));
        });
    }

    [TestMethod]
    public void Score_WrongBuffers_NamesModelAndShapes()
    {
        using var scorer = new OnnxScorer(Doubling());
        var tooFew = Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[3], 2, "y"));
        Assert.Contains("2 rows of x Single [N, 2] are 4 numbers, but 3 were given to '" + scorer.ModelPath, tooFew.Message);
        var tooSmall = Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[4], 2, [new OutputBuffer("y", new float[3])]));
        Assert.Contains("2 rows of output y Single [N, 2]", tooSmall.Message);
        Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[4], 2, [new OutputBuffer("y", new long[4])]));
        Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[4], 2, []));
        var unknown = Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[4], 2, "z"));
        Assert.Contains("has no output 'z'; it has y Single [N, 2]", unknown.Message);
    }

    [TestMethod]
    public void Score_FixedRowsNotMultiple_SaysHowMany()
    {
        var builder = new GraphBuilder("test");
        builder.Output(builder.Node("Identity", "y", [builder.Input("x", false, 3)]), 3);
        var model = builder.Build();
        foreach (var tensor in model.Graph.Input.Concat(model.Graph.Output))
        {
            tensor.Type.TensorType.Shape.Dim[0].DimValue = 2;
        }

        ModelFile.Write(model, _folder["fixed.onnx"]);
        using var scorer = new OnnxScorer(_folder["fixed.onnx"]);
        Assert.HasCount(12, scorer.Score(new float[12], 4, "y"));
        var exception = Assert.ThrowsExactly<ArgumentException>(() => scorer.Score(new float[12], 3, "y"));
        Assert.Contains("takes 2 rows at a time", exception.Message);
    }

    [TestMethod]
    public void Score_AfterDispose_Throws()
    {
        var scorer = new OnnxScorer(Doubling());
        scorer.Dispose();
        scorer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => scorer.Score(new float[2], 1, "y"));
    }

    [TestMethod]
    public void Constructor_MissingOrBrokenFile_NamesIt()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => new OnnxScorer(_folder["none.onnx"]));
        File.WriteAllText(_folder["broken.onnx"], "no model");
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new OnnxScorer(_folder["broken.onnx"]));
        Assert.Contains("broken.onnx", exception.Message);
    }

    [TestMethod]
    public void Constructor_TwoInputs_SaysWhatThereIs()
    {
        var builder = new GraphBuilder("test");
        builder.Output(builder.Node("Add", "y", [builder.Input("a", false, 2), builder.Input("b", false, 2)]), 2);
        ModelFile.Write(builder.Build(), _folder["two.onnx"]);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new OnnxScorer(_folder["two.onnx"]));
        Assert.Contains("a Single [N, 2]; b Single [N, 2]", exception.Message);
    }

    [TestMethod]
    public void Constructor_BadOptions_ListsAllErrors()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new OnnxScorer("x", new OnnxScorerOptions { BatchSize = 0, Threads = -1, GpuDeviceId = -1 }));
        Assert.HasCount(3, exception.Errors);
    }

    [TestMethod]
    public void Constructor_GpuThatDoesNotExist_SaysWhichPackageIsMissing()
    {
        // Device 1000 exists nowhere, with or without CUDA in the native library.
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new OnnxScorer(Doubling(), new OnnxScorerOptions { GpuDeviceId = 1000 }));
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", exception.Message);
    }

    private string Doubling()
    {
        var builder = new GraphBuilder("test");
        string rows = builder.Input("x", false, 2);
        builder.Output(builder.Node("Add", "y", [rows, rows]), 2);
        ModelFile.Write(builder.Build(), _folder["doubling.onnx"]);
        return _folder["doubling.onnx"];
    }
}
