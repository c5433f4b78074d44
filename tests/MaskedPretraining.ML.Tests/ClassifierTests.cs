using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

/// <summary>Linear probe and k-NN on features that a line separates.</summary>
[TestClass]
public sealed class ClassifierTests
{
    /// <summary>The promise is 1e-4; the same graph runs row by row.</summary>
    private const double LoadTolerance = 1e-5;

    private const int Rows = 60;

    private static readonly string[] ClassNames = ["cat", "dog", "owl"];

    public TestContext TestContext { get; set; } = null!;

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private static Row RowOf(int index)
    {
        var random = new Random(index);
        int label = index % ClassNames.Length;
        var features = Enumerable.Range(0, 4).Select(i => (i == label ? 3f : 0f) + (float)random.NextDouble()).ToArray();
        return new Row { Label = ClassNames[label], Features = features };
    }

    private static IDataView Keyed(MLContext ml, IEnumerable<Row>? rows = null)
    {
        var view = ml.Data.LoadFromEnumerable((rows ?? Enumerable.Range(0, Rows).Select(RowOf)).ToList());
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    private static IEstimator<ScoringTransformer> Estimator(MLContext ml, string kind) => kind switch
    {
        "knn" => ml.MaskedPretraining.Knn(neighbors: 5),
        "fast" => ml.MaskedPretraining.LinearProbe("Label", "Features", LinearProbeOptions.Fast()),
        _ => ml.MaskedPretraining.LinearProbe(),
    };

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Fit_OnSeparableFeatures_EvaluatesToOne(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        using var model = Estimator(ml, kind).Fit(data);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.AreEqual(1.0, metrics.MicroAccuracy);
        Assert.IsTrue(double.IsFinite(metrics.LogLoss));
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("fast")]
    [DataRow("knn")]
    public void CrossValidate_OnSeparableFeatures_IsRightInEveryFold(string kind)
    {
        var ml = new MLContext(seed: 1);
        var results = ml.MulticlassClassification.CrossValidate(Keyed(ml), Estimator(ml, kind), numberOfFolds: 3);
        Assert.HasCount(3, results);
        foreach (var result in results)
        {
            Assert.AreEqual(1.0, result.Metrics.MicroAccuracy);
            (result.Model as IDisposable)?.Dispose();
        }
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Transform_Schema_IsThatOfAnInBoxClassifier(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        using var model = Estimator(ml, kind).Fit(data);
        var schema = model.Transform(data).Schema;
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), schema["PredictedLabel"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["PredictedLabel"].GetKeyValues(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        schema["Score"].GetSlotNames(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        var annotations = schema["Score"].Annotations.Schema.Select(column => column.Name).ToList();
        foreach (string kindName in new[] { "SlotNames", "ScoreColumnKind", "ScoreValueKind", "ScoreColumnSetId", "TrainingLabelValues" })
        {
            Assert.Contains(kindName, annotations);
        }
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Transform_Scores_AreProbabilities(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        using var model = Estimator(ml, kind).Fit(data);
        foreach (float[] row in Columns.Vectors(model.Transform(data), "Score"))
        {
            Assert.AreEqual(1f, row.Sum(), 1e-5f);
        }
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Save_ThenLoad_GivesInBoxPartsThatPredictTheSame(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        using var model = Estimator(ml, kind).Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(model, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);
        var (ours, inBox) = (model.Transform(data), loaded.Transform(data));
        Assert.AreEqual(ours.Schema["Score"].Type, inBox.Schema["Score"].Type);
        Assert.AreEqual(ours.Schema["PredictedLabel"].Type, inBox.Schema["PredictedLabel"].Type);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, "Score"), Columns.Vectors(inBox, "Score")));
        Assert.AreSequenceEqual(Columns.Values<uint>(ours, "PredictedLabel"), Columns.Values<uint>(inBox, "PredictedLabel"));
        Assert.AreEqual(1.0, ml.MulticlassClassification.Evaluate(inBox).MicroAccuracy);
        VBuffer<ReadOnlyMemory<char>> names = default;
        inBox.Schema["PredictedLabel"].GetKeyValues(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        inBox.Schema["Score"].GetSlotNames(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void CreatePredictionEngine_OnTheModel_PredictsLikeTheView(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        var model = Estimator(ml, kind).Fit(data);
        var batched = Columns.Vectors(model.Transform(data), "Score");
        using var engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        for (int i = 0; i < 5; i++)
        {
            var prediction = engine.Predict(RowOf(i));
            Assert.AreEqual((uint)(i % 3) + 1, prediction.PredictedLabel);
            Assert.AreEqual(batched[i][0], prediction.Score[0], 1e-5f);
        }
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Fit_InAChain_AnnouncesKeysAndNames(string kind)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(RowOf).ToList());
        var chain = ml.Transforms.Conversion.MapValueToKey("Label").Append(Estimator(ml, kind)).Append(ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel"));
        var model = chain.Fit(rows);
        Assert.AreEqual("dog", Columns.Texts(model.Transform(rows), "PredictedName")[1]);
        model.Dispose();
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Fit_TextLabel_TellsToMapItToAKey(string kind)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(RowOf).ToList());
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Estimator(ml, kind).Fit(rows));
        Assert.Contains("'Label'", exception.Message);
        Assert.Contains("MapValueToKey", exception.Message);
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Fit_OneClass_SaysWhich(string kind)
    {
        var ml = new MLContext();
        var rows = Keyed(ml, Enumerable.Range(0, Rows).Select(i => RowOf(3 * i)));
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Estimator(ml, kind).Fit(rows));
        Assert.Contains("1 class ('cat')", exception.Message);
    }

    [TestMethod]
    [DataRow("probe")]
    [DataRow("knn")]
    public void Fit_MissingFeatureColumn_NamesThoseThereAre(string kind)
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        var renamed = ml.Transforms.DropColumns("Features").Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Estimator(ml, kind).Fit(renamed));
        Assert.Contains("no column 'Features'", exception.Message);
        Assert.Contains("'Label'", exception.Message);
    }

    [TestMethod]
    public void LinearProbe_WithValidation_TellsItsAccuracy()
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        using var model = ((LinearProbeEstimator)Estimator(ml, "probe")).Fit(data, data);
        Assert.AreEqual(1.0, model.Metrics[^1].ValidationAccuracy);
    }

    [TestMethod]
    public void LinearProbe_ValidationOfAClassThatTrainingLacks_CountsAndIsToldOf()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var all = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(RowOf).ToList());
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(all);
        var data = keys.Transform(all);
        var training = keys.Transform(ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Where(index => index % 3 != 2).Select(RowOf).ToList()));
        using var model = ml.MaskedPretraining.LinearProbe("Label", "Features", LinearProbeOptions.Fast()).Fit(training, data);
        Assert.AreEqual(2.0 / 3, model.Best!.ValidationAccuracy!.Value, 1e-9);
        Assert.ContainsSingle(log.Of(ChannelMessageKind.Warning).Where(line => line.Contains("No training row is of class 'owl'", StringComparison.Ordinal)));
        Assert.ContainsSingle(log.Of(ChannelMessageKind.Info).Where(line => line.StartsWith("Best validation accuracy 0.667", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void LinearProbe_FittedTwice_IsTheSame()
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        var estimator = Estimator(ml, "probe");
        using var first = (LinearProbeTransformer)estimator.Fit(data);
        using var second = (LinearProbeTransformer)estimator.Fit(data);
        Assert.AreSequenceEqual(first.Weights.Weight, second.Weights.Weight);
    }

    [TestMethod]
    public void Knn_MoreNeighborsThanRows_SaysHowManyThereAre()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.Knn(neighbors: 61).Fit(Keyed(ml)));
        Assert.Contains("at most 60", exception.Message);
    }
}
