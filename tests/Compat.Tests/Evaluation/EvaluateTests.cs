using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Evaluation;

[TestClass]
public sealed class EvaluateTests
{
    // Scores are Singles; sums of a few logarithms of them.
    private const double Tolerance = 1e-6;

    private static readonly MLContext Context = new(1);

    private static IDataView Rows => Context.Data.LoadFromEnumerable(new ScoredRow[]
    {
        // Objects count classes from 0.
        new() { Label = 0, Score = [0.7f, 0.2f, 0.1f] },
        new() { Label = 0, Score = [0.3f, 0.6f, 0.1f] },
        new() { Label = 0, Score = [0.5f, 0.4f, 0.1f] },
        new() { Label = 1, Score = [0.2f, 0.5f, 0.3f] },
        new() { Label = 2, Score = [0.6f, 0.3f, 0.1f] },
        // Left out: no label, and no finite score.
        new() { Label = 7, Score = [1, 0, 0] },
        new() { Label = 1, Score = [float.NaN, 0, 0] },
    });

    [TestMethod]
    public void Evaluate_FiveRows_GivesTheMetricsOfTheFormulas()
    {
        MulticlassClassificationMetrics metrics = Context.MulticlassClassification.Evaluate(Rows, topKPredictionCount: 2);
        Assert.AreEqual(3 / 5.0, metrics.MicroAccuracy, Tolerance);
        Assert.AreEqual((2 / 3.0 + 1 + 0) / 3, metrics.MacroAccuracy, Tolerance);
        double loss = -(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.5) + Math.Log(0.5) + Math.Log(0.1)) / 5;
        Assert.AreEqual(loss, metrics.LogLoss, Tolerance);
        double prior = -(0.6 * Math.Log(0.6) + 0.4 * Math.Log(0.2));
        Assert.AreEqual((prior - loss) / prior, metrics.LogLossReduction, Tolerance);
        Assert.AreEqual(4 / 5.0, metrics.TopKAccuracy, Tolerance);
        Assert.AreEqual(3 / 5.0, metrics.TopKAccuracyForAllK[0], Tolerance);
        Assert.AreEqual(-(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.5)) / 3, metrics.PerClassLogLoss[0], Tolerance);
        Assert.AreEqual(2.0, metrics.ConfusionMatrix.Counts[0][0]);
        Assert.AreEqual(1.0, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 1, actualClassIndicatorIndex: 0));
        Assert.AreEqual(2 / 3.0, metrics.ConfusionMatrix.PerClassPrecision[0], Tolerance);
        Assert.AreEqual(0.5, metrics.ConfusionMatrix.PerClassPrecision[1], Tolerance);
        Assert.AreEqual(0, metrics.ConfusionMatrix.PerClassRecall[2], Tolerance);
        Assert.AreEqual(3, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    [DataRow("Text", "Score", "PredictedLabel")]
    [DataRow("Label", "Text", "PredictedLabel")]
    [DataRow("Missing", "Score", "PredictedLabel")]
    [DataRow("Label", "Score", "Missing")]
    public void Evaluate_WrongColumns_AreRefused(string label, string score, string predicted)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MulticlassClassification.Evaluate(Rows, label, score, predicted));
}
