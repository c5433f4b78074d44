using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Onnx.Tests.Probes;

/// <summary>Exported k-NN classifiers against the golden cases, whose scores are the votes before they are divided by their sum.</summary>
[TestClass]
public sealed class GoldenKnnTests
{
    [TestMethod]
    [DataRow("knn-0")]
    [DataRow("knn-1")]
    [DataRow("knn-2")]
    public void Export_KnnCase_GivesItsShareOfVotesAndPredictions(string name)
    {
        if (SharedData.Find($"golden/{name}") is not { } folder)
        {
            return;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var (options, tolerance) = (json.RootElement.GetProperty("options"), json.RootElement.GetProperty("tolerance"));
        var tensors = SafetensorsFile.Read(Path.Combine(folder, "tensors.safetensors"));
        int classes = options.GetProperty("classes").GetInt32();
        var train = tensors["in/train_features"];
        int queries = (int)tensors["in/query_features"].Shape[0];
        var knn = new KnnOptions { Neighbors = options.GetProperty("k").GetInt32(), Temperature = options.GetProperty("temperature").GetDouble() };
        using var files = new TemporaryFolder();
        KnnExporter.Export(
            new FeatureMatrix((int)train.Shape[1], train.ToSingles()), [.. tensors["in/train_labels"].ToInt64s().Select(label => (int)label)], classes, knn, new ProbeExportOptions(), files["knn.onnx"]);
        using var scorer = new OnnxScorer(files["knn.onnx"]);
        float[] scores = new float[queries * classes];
        long[] predictions = new long[queries];
        scorer.Score(tensors["in/query_features"].ToSingles(), queries, [new OutputBuffer("Score", scores), new OutputBuffer("class", predictions)]);
        double[] expected = [.. tensors["out/scores"].ToDoubles().Chunk(classes).SelectMany(votes => votes.Select(vote => vote / votes.Sum()))];
        Near.Assert(expected, scores, tolerance.GetProperty("rel").GetDouble(), "Score");
        CollectionAssert.AreEqual(tensors["out/predictions"].ToInt64s(), predictions);
    }
}
