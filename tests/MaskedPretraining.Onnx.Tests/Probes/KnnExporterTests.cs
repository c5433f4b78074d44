using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Probes;

[TestClass]
public sealed class KnnExporterTests
{
    private const int Width = 5;
    private const int Classes = 3;
    private static readonly int[] Labels = [.. Enumerable.Range(0, 40).Select(row => row * 7 % Classes)];
    private static readonly FeatureMatrix Bank = Features(1, Labels.Length);
    private static readonly FeatureMatrix Queries = Features(2, 9);

    [TestMethod]
    [DataRow(1, 0.07)]
    [DataRow(7, 0.02)]
    [DataRow(40, 1.0)]
    public void Export_Batched_EqualsReference(int neighbors, double temperature)
    {
        using var folder = new TemporaryFolder();
        var knn = new KnnOptions { Neighbors = neighbors, Temperature = temperature };
        KnnExporter.Export(Bank, Labels, Classes, knn, new ProbeExportOptions(), folder["knn.onnx"]);
        using var scorer = new OnnxScorer(folder["knn.onnx"], new OnnxScorerOptions { BatchSize = 4 });
        float[] scores = new float[Queries.Rows * Classes];
        long[] predicted = new long[Queries.Rows];
        scorer.Score(Queries.Values, Queries.Rows, [new OutputBuffer("Score", scores), new OutputBuffer("class", predicted)]);
        double[][] expected = Reference(knn);
        Near.Assert([.. expected.SelectMany(row => row)], scores, Near.Map, "Score");
        CollectionAssert.AreEqual(expected.Select(row => (long)Array.IndexOf(row, row.Max())).ToArray(), predicted);
    }

    [TestMethod]
    public void Export_SingleRow_GivesTheSameWithoutFirstAxis()
    {
        using var folder = new TemporaryFolder();
        var knn = new KnnOptions { Neighbors = 5 };
        KnnExporter.Export(Bank, Labels, Classes, knn, new ProbeExportOptions { SingleRow = true, OneHotName = "one_hot" }, folder["knn.onnx"]);
        using var scorer = new OnnxScorer(folder["knn.onnx"]);
        CollectionAssert.AreEqual(
            new[] { "Score Single [3]", "class Int64 [1]", "one_hot Single [3]" },
            scorer.Outputs.Select(output => output.ToString()).ToArray());
        Near.Assert(Reference(knn)[0], scorer.Score(Queries.Values.AsMemory(0, Width), 1, "Score"), Near.Map, "Score");
    }

    [TestMethod]
    public void Export_RowOfZeros_GivesNumbers()
    {
        using var folder = new TemporaryFolder();
        KnnExporter.Export(Bank, Labels, Classes, new KnnOptions { Neighbors = 3 }, new ProbeExportOptions(), folder["knn.onnx"]);
        using var scorer = new OnnxScorer(folder["knn.onnx"]);
        float[] scores = scorer.Score(new float[Width], 1, "Score");
        // All similarities are 0, so the first three stored rows vote alike.
        Near.Assert([1 / 3.0, 1 / 3.0, 1 / 3.0], scores, Near.Single, "Score");
    }

    [TestMethod]
    public void Export_BadNumbers_ListsAllErrors()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() =>
            KnnExporter.Export(Bank, [0, 1, 7], Classes, new KnnOptions { Neighbors = 41, Temperature = 0 }, new ProbeExportOptions { ScoreName = " " }, "never.onnx"));
        Assert.HasCount(5, exception.Errors);
    }

    private static FeatureMatrix Features(long index, int rows)
    {
        var random = new RandomStream(3, RandomPurpose.Initialization, 0, index);
        return new FeatureMatrix(Width, [.. Enumerable.Range(0, rows * Width).Select(_ => (float)random.NextGaussian())]);
    }

    private static double[][] Reference(KnnOptions knn) => [.. Enumerable.Range(0, Queries.Rows).Select(query =>
    {
        double[] votes = new double[Classes];
        foreach (int row in Enumerable.Range(0, Bank.Rows).OrderByDescending(row => Cosine(Queries.Row(query), Bank.Row(row))).Take(knn.Neighbors))
        {
            votes[Labels[row]] += Math.Exp(Cosine(Queries.Row(query), Bank.Row(row)) / knn.Temperature);
        }

        return Array.ConvertAll(votes, vote => vote / votes.Sum());
    })];

    private static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double product = 0, leftSquare = 0, rightSquare = 0;
        for (int index = 0; index < left.Length; index++)
        {
            product += (double)left[index] * right[index];
            leftSquare += (double)left[index] * left[index];
            rightSquare += (double)right[index] * right[index];
        }

        return product / Math.Sqrt(leftSquare * rightSquare);
    }
}
