using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class SegmentationProbeTrainerTests
{
    private const int Width = 6;
    private const int Classes = 3;

    private static readonly PatchGrid Grid = new(3, 4);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Fit_ClassesThatALineSeparates_AreLearnedByHeart(int labels)
    {
        var patches = Separable(images: 6, labels);
        var weights = new SegmentationProbeTrainer(new SegmentationProbeOptions { LabelsPerSide = labels, LearningRate = 0.05, Epochs = 100 }).Fit(patches).Weights;
        for (int row = 0; row < patches.Tokens.Rows; row++)
        {
            double[] scores = Scores(weights, patches.Tokens.Row(row));
            Assert.AreEqual(ClassOf(row), Array.IndexOf(scores, scores.Max()), $"patch {row}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Fit_SecondLoss_IsTheSlowOneAfterTheFirstStep(int labels)
    {
        const double Tolerance = 1e-5; // single precision
        var patches = Random(images: 5, labels);
        // A long first step: all weights count.
        var options = new SegmentationProbeOptions { LabelsPerSide = labels, LearningRate = 0.5, BatchSize = 5, Epochs = 1 };
        var weights = new SegmentationProbeTrainer(options).Fit(patches).Weights;
        options.Epochs = 2;
        double expected = SlowLoss(weights, patches);
        Assert.AreEqual(expected, new SegmentationProbeTrainer(options).Fit(patches).Metrics[1].Loss, Tolerance * expected);
    }

    [TestMethod]
    public void Fit_TokensThatSayNothing_GiveTheSharesOfTheClasses()
    {
        const double Tolerance = 2e-3; // AdamW ends its cosine this near
        var tokens = new FeatureMatrix(Width, new float[4 * Grid.Count * Width]);
        float[] expected = [0.5f, 0.3f, 0.1f];
        float[] shares = [.. Enumerable.Range(0, 4).SelectMany(_ => expected.SelectMany(share => Enumerable.Repeat(share, Grid.Count)))];
        var weights = new SegmentationProbeTrainer(new SegmentationProbeOptions { LearningRate = 0.05, Epochs = 200 }).Fit(new LabeledPatches(tokens, Grid, Classes, 1, shares)).Weights;
        double sum = weights.Bias.Sum(bias => Math.Exp(bias));
        for (int number = 0; number < Classes; number++)
        {
            Assert.AreEqual(expected[number] / expected.Sum(), Math.Exp(weights.Bias[number]) / sum, Tolerance, "ignored area counts for no class");
        }
    }

    [TestMethod]
    public void Fit_Statistics_AreThoseOfAllTokens()
    {
        const float Tolerance = 1e-5f;
        var patches = Random(images: 5, labels: 1);
        var weights = new SegmentationProbeTrainer(new SegmentationProbeOptions { Epochs = 1 }).Fit(patches).Weights;
        for (int feature = 0; feature < Width; feature++)
        {
            double[] values = [.. Enumerable.Range(0, patches.Tokens.Rows).Select(row => (double)patches.Tokens.Row(row)[feature])];
            Assert.AreEqual(values.Average(), weights.RunningMean[feature], Tolerance);
            Assert.AreEqual(values.Average(value => Math.Pow(value - values.Average(), 2)), weights.RunningVariance[feature], Tolerance);
        }
    }

    [TestMethod]
    public void Fit_Twice_IsEqualBitForBitAndLeavesNoTensor()
    {
        long before = LiveTensors.Settled();
        var options = new SegmentationProbeOptions { Epochs = 3, LabelsPerSide = 2, BatchSize = 2 };
        var first = new SegmentationProbeTrainer(options).Fit(Random(images: 5, labels: 2));
        var second = new SegmentationProbeTrainer(options).Fit(Random(images: 5, labels: 2));
        CollectionAssert.AreEqual(first.Weights.Weight, second.Weights.Weight);
        CollectionAssert.AreEqual(first.Weights.Bias, second.Weights.Bias);
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Fit_FewImages_AddsEpochsUntilThereAreThousandSteps() =>
        Assert.HasCount(334, new SegmentationProbeTrainer(new SegmentationProbeOptions { BatchSize = 2 }).Fit(Random(images: 7, labels: 1)).Metrics, "3 batches an epoch, one image sits out");

    [TestMethod]
    public void Fit_Cancelled_ReturnsTheProbeSoFar()
    {
        using var source = new CancellationTokenSource();
        var progress = new CallbackProgress(metrics =>
        {
            if (metrics.Epoch == 2)
            {
                source.Cancel();
            }
        });
        var result = new SegmentationProbeTrainer().Fit(Random(images: 3, labels: 1), progress, source.Token);
        Assert.IsTrue(result.WasCancelled);
        Assert.HasCount(3, result.Metrics);
    }

    [TestMethod]
    public void Fit_OneClassOrNone_SaysWhatToCheck()
    {
        var patches = Random(images: 2, labels: 1);
        float[] onlyFirst = [.. patches.Shares.Select((share, i) => i / Grid.Count % Classes == 0 ? share : 0)];
        StringAssert.Contains(Refused(patches with { Shares = onlyFirst }), "All labelled pixels are of class 0");
        StringAssert.Contains(Refused(patches with { Shares = new float[onlyFirst.Length] }), "at least two classes");
    }

    [TestMethod]
    public void Fit_PartsThatDoNotFit_AreRefused()
    {
        var patches = Random(images: 2, labels: 1);
        StringAssert.Contains(Refused(patches with { LabelsPerSide = 2 }), "need 288 shares, but there are 72");
        StringAssert.Contains(Refused(patches with { Grid = new PatchGrid(5, 5) }), "24 tokens do not make images of 5x5 patches");
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesThemAll()
    {
        var options = new SegmentationProbeOptions { Epochs = 0, BatchSize = 0, LearningRate = 0, WeightDecay = -1, LabelsPerSide = 33 };
        Assert.HasCount(5, Assert.ThrowsExactly<InvalidOptionsException>(() => new SegmentationProbeTrainer(options)).Errors);
    }

    private static string Refused(LabeledPatches patches) => Assert.ThrowsExactly<ArgumentException>(() => new SegmentationProbeTrainer().Fit(patches)).Message;

    // Every image has three columns of classes 0, 1, 2 and a fourth of class 0 again.
    private static int ClassOf(int row) => row % Grid.Columns % Classes;

    private static LabeledPatches Separable(int images, int labels)
    {
        var random = new RandomStream(1, RandomPurpose.Scene, 0, 0);
        int rows = images * Grid.Count, cells = Grid.Count * labels * labels, columns = Grid.Columns * labels;
        float[] tokens = [.. Enumerable.Range(0, rows * Width).Select(i => (float)random.NextGaussian() + (i % Width == ClassOf(i / Width) ? 8 : 0))];
        float[] shares = [.. Enumerable.Range(0, images * Classes * cells).Select(i => i % columns / labels % Classes == i / cells % Classes ? 1f : 0)];
        return new LabeledPatches(new FeatureMatrix(Width, tokens), Grid, Classes, labels, shares);
    }

    private static LabeledPatches Random(int images, int labels)
    {
        var random = new RandomStream(2, RandomPurpose.Scene, 0, labels);
        int cells = Grid.Count * labels * labels;
        float[] tokens = [.. Enumerable.Range(0, images * Grid.Count * Width).Select(i => (float)((random.NextGaussian() * (1 + (i % Width))) + (i % Width)))];
        float[] shares = [.. Enumerable.Range(0, images * Classes * cells).Select(_ => (float)random.NextDouble() / Classes)];
        return new LabeledPatches(new FeatureMatrix(Width, tokens), Grid, Classes, labels, shares);
    }

    private static double[] Scores(LinearProbeWeights weights, ReadOnlySpan<float> token)
    {
        var scores = new double[weights.Classes];
        for (int number = 0; number < scores.Length; number++)
        {
            scores[number] = weights.Bias[number];
            for (int i = 0; i < weights.Width; i++)
            {
                scores[number] += weights.Weight[(number * weights.Width) + i] * (token[i] - weights.RunningMean[i]) / Math.Sqrt(weights.RunningVariance[i] + weights.Epsilon);
            }
        }

        return scores;
    }

    private static double SlowLoss(LinearProbeWeights weights, LabeledPatches patches)
    {
        var (rows, columns) = (Grid.Rows * patches.LabelsPerSide, Grid.Columns * patches.LabelsPerSide);
        float[] down = ScoreUpsampling.Matrix(Grid.Rows, rows), across = ScoreUpsampling.Matrix(Grid.Columns, columns);
        (double loss, double area) = (0, 0);
        for (int image = 0; image < patches.Images; image++)
        {
            double[][] scores = [.. Enumerable.Range(0, Grid.Count).Select(patch => Scores(weights, patches.Tokens.Row((image * Grid.Count) + patch)))];
            for (int cell = 0; cell < rows * columns; cell++)
            {
                double[] interpolated = new double[Classes];
                for (int patch = 0; patch < Grid.Count; patch++)
                {
                    double weight = (double)down[(cell / columns * Grid.Rows) + (patch / Grid.Columns)] * across[(cell % columns * Grid.Columns) + (patch % Grid.Columns)];
                    interpolated = [.. interpolated.Zip(scores[patch], (sum, score) => sum + (weight * score))];
                }

                double total = Math.Log(interpolated.Sum(Math.Exp));
                for (int number = 0; number < Classes; number++)
                {
                    double share = patches.Shares[(((image * Classes) + number) * rows * columns) + cell];
                    (loss, area) = (loss + (share * (total - interpolated[number])), area + share);
                }
            }
        }

        return loss / area;
    }

    private sealed class CallbackProgress(Action<SegmentationProbeMetrics> report) : IProgress<SegmentationProbeMetrics>
    {
        public void Report(SegmentationProbeMetrics value) => report(value);
    }
}
