using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.FewLabels;

[TestClass]
public sealed class EvaluateFewLabelsTests
{
    private static readonly MLContext Context = new();

    /// <summary>Two classes around 0 and 90 degrees that a line separates; every fifth training row is mislabelled if asked.</summary>
    private static IDataView Rows(int count, bool isNoisy = false) => FeatureRow.View(
        Context, [.. Enumerable.Range(0, count).Select(i => ((i % 2 == 0) ^ (isNoisy && i % 5 == 0) ? "cat" : "dog", (i % 2 * 90.0) + (i * 7 % 31) - 15))]);

    private static FeatureClassifier Classifier(string kind) => kind switch
    {
        "centroid" => FeatureClassifier.NearestCentroid(),
        "knn" => FeatureClassifier.Knn(3),
        _ => FeatureClassifier.LinearProbe(new LinearProbeOptions { Epochs = 60 }),
    };

    [TestMethod]
    [DataRow("centroid")]
    [DataRow("knn")]
    [DataRow("probe")]
    public void EvaluateFewShot_SeparableClasses_AreAllRight(string kind)
    {
        var metrics = Context.MaskedPretraining.EvaluateFewShot(Rows(40), Rows(20), shots: 4, draws: 3, Classifier(kind));
        Assert.AreEqual(8, metrics.LabeledImages);
        Assert.AreSequenceEqual([1, 1, 1], metrics.Accuracies.ToArray());
        Assert.AreEqual(0, metrics.Summary.ConfidenceHalfWidth);
    }

    [TestMethod]
    public void EvaluateFewShot_WrongLabelsAmongThem_SpreadsOverTheDraws()
    {
        var metrics = Context.MaskedPretraining.EvaluateFewShot(Rows(40, isNoisy: true), Rows(20), shots: 1, draws: 30);
        Assert.IsGreaterThan(0, metrics.Summary.StandardDeviation);
        Assert.AreEqual(metrics.Accuracies.Average(), metrics.Summary.Mean, 1e-12);
        Assert.AreSequenceEqual(metrics.Accuracies.ToArray(), Context.MaskedPretraining.EvaluateFewShot(Rows(40, isNoisy: true), Rows(20), shots: 1, draws: 30).Accuracies.ToArray());
        Assert.AreNotEqual(
            string.Join(' ', metrics.Accuracies), string.Join(' ', Context.MaskedPretraining.EvaluateFewShot(Rows(40, isNoisy: true), Rows(20), shots: 1, draws: 30, seed: 1).Accuracies));
    }

    [TestMethod]
    public void EvaluateFewShot_MoreNeighborsThanImages_LetsAllVote() =>
        Assert.AreEqual(2, Context.MaskedPretraining.EvaluateFewShot(Rows(40), Rows(20), shots: 1, draws: 1, FeatureClassifier.Knn(20)).LabeledImages);

    [TestMethod]
    public void EvaluateLowLabel_Share_TakesItOfEveryClass()
    {
        var metrics = Context.MaskedPretraining.EvaluateLowLabel(Rows(40), Rows(20), share: 0.1, draws: 2, FeatureClassifier.Knn(1));
        Assert.AreEqual(4, metrics.LabeledImages);
        Assert.HasCount(2, metrics.Accuracies);
        Assert.AreEqual(2, Context.MaskedPretraining.EvaluateLowLabel(Rows(40), Rows(20), share: 0.001, draws: 1, FeatureClassifier.Knn(1)).LabeledImages, "one a class at least");
    }

    [TestMethod]
    public void EvaluateFewShot_TooFewImages_NamesTheClass() =>
        Assert.Contains("'dog' has 1", Refused(("cat", 0), ("cat", 1), ("dog", 90)));

    [TestMethod]
    public void EvaluateFewShot_OneClass_SaysSo() => Assert.Contains("All 2 training rows are of class 'cat'", Refused(("cat", 0), ("cat", 1)));

    [TestMethod]
    public void EvaluateFewShot_TestClassUnknownInTraining_IsNamed() =>
        Assert.Contains("The test rows have classes that no training row has: 'dog'", Refused(("cat", 0), ("cat", 1), ("owl", 5), ("owl", 6)));

    [TestMethod]
    public void EvaluateFewShot_LabelsOfOtherTypes_AreComparedAsText()
    {
        var train = Context.Data.LoadFromEnumerable(new[] { new Numbered { Label = 1, Features = [1, 0] }, new Numbered { Label = 2, Features = [0, 1] }, new Numbered { Label = float.NaN } });
        var test = FeatureRow.View(Context, ("1", 3), ("2", 80), ("", 0));
        Assert.AreEqual(1, Context.MaskedPretraining.EvaluateFewShot(train, test, shots: 1, draws: 1).Summary.Mean, "rows without a label are left out");
    }

    [TestMethod]
    public void EvaluateFewShot_BadArguments_NamesAll() =>
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.EvaluateFewShot(Rows(4), Rows(4), shots: 0, draws: 0)).Errors);

    [TestMethod]
    public void EvaluateLowLabel_BadArguments_NamesAll() =>
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.EvaluateLowLabel(Rows(4), Rows(4), share: 0, draws: 0)).Errors);

    [TestMethod]
    public void EvaluateFewShot_Cancelled_Stops() => Assert.ThrowsExactly<OperationCanceledException>(
        () => Context.MaskedPretraining.EvaluateFewShot(Rows(40), Rows(20), cancellationToken: new CancellationToken(canceled: true)));

    [TestMethod]
    public void FeatureClassifier_BadOptions_AreRefusedAtOnce()
    {
        Assert.ThrowsExactly<InvalidOptionsException>(() => FeatureClassifier.Knn(0));
        Assert.ThrowsExactly<InvalidOptionsException>(() => FeatureClassifier.LinearProbe(new LinearProbeOptions { BatchSize = 0 }));
    }

    private static string Refused(params (string, double)[] train) => Assert.ThrowsExactly<InvalidDataException>(
        () => Context.MaskedPretraining.EvaluateFewShot(FeatureRow.View(Context, train), FeatureRow.View(Context, ("dog", 91)), shots: 2)).Message;

    private sealed class Numbered
    {
        public float Label { get; set; }

        [Microsoft.ML.Data.VectorType(2)]
        public float[] Features { get; set; } = [1, 0];
    }
}
