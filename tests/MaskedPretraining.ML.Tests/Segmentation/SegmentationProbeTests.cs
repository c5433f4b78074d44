using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Segmentation;

/// <summary>Segmentation probes on squares that differ from their background in colour, which random features show too.</summary>
[TestClass]
public sealed class SegmentationProbeTests
{
    /// <summary>The promise is 1e-4; the same graph runs row by row.</summary>
    private const double LoadTolerance = 1e-5;

    private const int Photos = 24;

    private static readonly MLContext Context = new(seed: 1);

    private static readonly Lazy<EncoderWeights> Encoder = new(() =>
    {
        using var transformer = Context.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(Context.MaskedPretraining.Images(new ColorImages(4)));
        return transformer.Weights;
    });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1, 0.85)]
    [DataRow(4, 0.9)]
    public void Fit_SquaresOfWholePatches_AreSegmented(int labels, double expected)
    {
        var options = new SegmentationOptions { Training = new SegmentationProbeOptions { LabelsPerSide = labels } };
        using var model = Probe(options).Fit(Data());
        var metrics = Context.MaskedPretraining.EvaluateSegmentation(model.Transform(Data()));
        Assert.AreEqual(Photos, metrics.Images);
        Assert.AreEqual(Photos * Tiny.Side * Tiny.Side, metrics.Pixels);
        // Interpolation rounds the corners of squares, the more where training does not know of it. Nothing but background is 0.375.
        Assert.IsGreaterThan(expected, metrics.MeanIou);
    }

    [TestMethod]
    public void Fit_ClassNumbers_TellsColoursApartAndIgnores255()
    {
        using var model = Probe(ClassNumbers(), "Classes").Fit(Data());
        var metrics = Context.MaskedPretraining.EvaluateSegmentation(model.Transform(Data()), maskColumnName: "Classes", masks: SegmentationMasks.ClassNumbers);
        Assert.AreEqual(Photos * Tiny.Side * (Tiny.Side - 1), metrics.Pixels);
        Assert.HasCount(3, metrics.ClassIou);
        Assert.IsGreaterThan(0.75, metrics.MeanIou);
    }

    [TestMethod]
    public void Transform_FurtherColumns_AreTheMaskAndAMapToScore()
    {
        var options = new SegmentationOptions { ForegroundColumnName = "Foreground", PredictedMaskColumnName = "Predicted" };
        using var model = Probe(options).Fit(Data());
        var view = model.Transform(Data());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 4, 4), view.Schema["SegmentationScores"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Tiny.Side, Tiny.Side), view.Schema["Predicted"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4, 4), view.Schema["Foreground"].Type);
        var (scores, predicted) = (Columns.Vectors(view, "SegmentationScores"), Columns.Vectors(view, "Predicted"));
        for (int row = 0; row < Photos; row++)
        {
            byte[] expected = ScoreUpsampling.Classify(scores[row], 2, new PatchGrid(4, 4), Tiny.Side, Tiny.Side).Classes;
            CollectionAssert.AreEqual(Array.ConvertAll(expected, number => (float)number), predicted[row]);
        }

        Assert.AreEqual(1, Context.MaskedPretraining.EvaluateMaps(view, "Foreground", maskColumnName: "Mask").CorLoc);
    }

    [TestMethod]
    public void Save_ThenLoad_GivesInBoxPartsThatPredictTheSame()
    {
        var data = Data();
        using var model = Probe(new SegmentationOptions { ForegroundColumnName = "Foreground", PredictedMaskColumnName = "Predicted" }).Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        Context.MaskedPretraining.SaveModel(model, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);
        foreach (var part in (IEnumerable<ITransformer>)loaded)
        {
            Assert.StartsWith("Microsoft.ML", part.GetType().Assembly.GetName().Name);
        }

        var (ours, inBox) = (model.Transform(data), loaded.Transform(data));
        foreach (string column in new[] { "SegmentationScores", "Foreground", "Predicted" })
        {
            Assert.AreEqual(ours.Schema[column].Type, inBox.Schema[column].Type);
            Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, column), Columns.Vectors(inBox, column)), column);
        }

        Assert.AreEqual(Context.MaskedPretraining.EvaluateSegmentation(ours).MeanIou, Context.MaskedPretraining.EvaluateSegmentation(inBox).MeanIou);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void ExportOnnx_Model_ScoresAsTheTransformer()
    {
        using var model = Probe(new SegmentationOptions()).Fit(Data());
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        model.ExportOnnx(path);
        using var scorer = new OnnxScorer(path);
        float[] scores = scorer.Score(SquarePhoto.Take(1)[0].Pixels, 1, "scores");
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference([scores], Columns.Vectors(model.Transform(Data(1)), "SegmentationScores")));
        Assert.HasCount(Tiny.Side * Tiny.Side, scorer.Score(SquarePhoto.Take(1)[0].Pixels, 1, "mask"));
    }

    [TestMethod]
    public void Fit_InAChain_AnnouncesItsColumns()
    {
        var chain = Context.Transforms.CopyColumns("Copy", "Pixels")
            .Append(Context.MaskedPretraining.SegmentationProbe(Encoder.Value, "Mask", "Copy", new SegmentationOptions { ScoreColumnName = "Scores", Training = { Epochs = 1 } }))
            .Append(Context.Transforms.CopyColumns("Again", "Scores"));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 4, 4), chain.Fit(Data()).Transform(Data()).Schema["Again"].Type);
    }

    [TestMethod]
    public void Fit_Twice_GivesTheSameProbe()
    {
        var estimator = Probe(new SegmentationOptions { Training = { Epochs = 2 } });
        using var first = estimator.Fit(Data());
        using var second = estimator.Fit(Data());
        CollectionAssert.AreEqual(first.Weights.Weight, second.Weights.Weight);
        Assert.HasCount(2, first.Metrics);
        Assert.IsFalse(first.WasCancelled);
    }

    private static SegmentationOptions ClassNumbers() => new() { Masks = SegmentationMasks.ClassNumbers, Classes = 3 };

    private static SegmentationProbeEstimator Probe(SegmentationOptions options, string mask = "Mask") => Context.MaskedPretraining.SegmentationProbe(Encoder.Value, mask, "Pixels", options);

    private static IDataView Data(int count = Photos) => Context.Data.LoadFromEnumerable(SquarePhoto.Take(count));
}
