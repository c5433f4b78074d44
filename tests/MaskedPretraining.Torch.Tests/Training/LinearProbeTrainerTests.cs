using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class LinearProbeTrainerTests
{
    private const int Width = 12;
    private const int Classes = 4;

    [TestMethod]
    public void Fit_SeparableClasses_FindsThem()
    {
        var result = new LinearProbeTrainer().Fit(Clusters(800, 0), Classes, Clusters(200, 1));
        Assert.HasCount(500, result.Metrics, "6 batches an epoch until there are 3000 steps");
        Assert.IsGreaterThan(0.97, result.Metrics[^1].ValidationAccuracy!.Value);
        Assert.IsLessThan(result.Metrics[0].Loss, result.Metrics[^1].Loss);
        Assert.IsFalse(result.WasCancelled);
    }

    [TestMethod]
    public void Fit_WeightsAppliedByHand_GiveTheReportedAccuracy()
    {
        var validation = Clusters(200, 1);
        var result = new LinearProbeTrainer(new LinearProbeOptions { Epochs = 12 }).Fit(Clusters(400, 0), Classes, validation);
        int correct = Enumerable.Range(0, 200).Count(row => Predict(result.Weights, validation.Features.Row(row)) == validation.Labels[row]);
        Assert.AreEqual(correct / 200.0, result.Metrics[^1].ValidationAccuracy);
    }

    [TestMethod]
    public void Fit_FeaturesScaledAndShifted_GivesTheSameProbe()
    {
        // Batch normalisation takes scale and shift away; what is left is rounding.
        const double Tolerance = 2e-3;
        var plain = Clusters(400, 0);
        var scaled = plain with { Features = new FeatureMatrix(Width, [.. plain.Features.Values.Select(value => (50 * value) - 7)]) };
        var options = new LinearProbeOptions { Epochs = 12 };
        var first = new LinearProbeTrainer(options).Fit(plain, Classes).Weights.Weight;
        var second = new LinearProbeTrainer(options).Fit(scaled, Classes).Weights.Weight;
        for (int i = 0; i < first.Length; i++)
        {
            Assert.AreEqual(first[i], second[i], Tolerance);
        }
    }

    [TestMethod]
    public void Fit_Twice_IsEqualBitForBitAndLeavesNoTensor()
    {
        long before = LiveTensors.Settled();
        var first = new LinearProbeTrainer(new LinearProbeOptions { Epochs = 12 }).Fit(Clusters(300, 0), Classes, Clusters(50, 1));
        var second = new LinearProbeTrainer(new LinearProbeOptions { Epochs = 12 }).Fit(Clusters(300, 0), Classes);
        CollectionAssert.AreEqual(first.Weights.Weight, second.Weights.Weight);
        CollectionAssert.AreEqual(first.Weights.RunningVariance, second.Weights.RunningVariance);
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Fit_Cancelled_ReturnsTheProbeSoFar()
    {
        using var source = new CancellationTokenSource();
        var progress = new CallbackProgress(metrics =>
        {
            if (metrics.Epoch == 4)
            {
                source.Cancel();
            }
        });
        var result = new LinearProbeTrainer().Fit(Clusters(300, 0), Classes, progress: progress, cancellationToken: source.Token);
        Assert.IsTrue(result.WasCancelled);
        Assert.HasCount(5, result.Metrics);
    }

    [TestMethod]
    public void Fit_Fast_FindsTheClassesInFewIterations()
    {
        var result = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(Clusters(800, 0), Classes, Clusters(200, 1));
        Assert.IsGreaterThan(0.97, result.Metrics[^1].ValidationAccuracy!.Value);
        Assert.IsLessThan(60, result.Metrics.Count);
        Assert.IsTrue(result.Metrics.Zip(result.Metrics.Skip(1)).All(pair => pair.Second.Loss <= pair.First.Loss));
    }

    [TestMethod]
    public void Fit_Fast_RowsInAnotherOrderAndOtherSeed_GivesTheSameProbe()
    {
        // There is one optimum; both stop near it.
        const double Tolerance = 2e-3;
        var rows = Clusters(300, 0);
        var turned = new LabeledFeatures(
            new FeatureMatrix(Width, [.. Enumerable.Range(0, 300).SelectMany(row => rows.Features.Row(299 - row).ToArray())]), [.. rows.Labels.Reverse()]);
        var options = LinearProbeOptions.Fast();
        var first = new LinearProbeTrainer(options).Fit(rows, Classes).Weights;
        options.Seed = 9;
        var second = new LinearProbeTrainer(options).Fit(turned, Classes).Weights;
        for (int i = 0; i < first.Weight.Length; i++)
        {
            Assert.AreEqual(first.Weight[i], second.Weight[i], Tolerance);
        }
    }

    [TestMethod]
    public void Fit_FastTwice_IsEqualBitForBitAndLeavesNoTensor()
    {
        long before = LiveTensors.Settled();
        var first = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(Clusters(300, 0), Classes, Clusters(50, 1));
        var second = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(Clusters(300, 0), Classes);
        CollectionAssert.AreEqual(first.Weights.Weight, second.Weights.Weight);
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Fit_FastWithAConstantFeature_GivesItNoWeight()
    {
        // What is left is the mean's rounding, divided by a deviation of a thousandth.
        const float Rounding = 1e-4f;
        var rows = Clusters(100, 0);
        float[] values = [.. rows.Features.Values];
        for (int row = 0; row < 100; row++)
        {
            values[row * Width] = 7;
        }

        var weights = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(rows with { Features = new FeatureMatrix(Width, values) }, Classes).Weights;
        for (int label = 0; label < Classes; label++)
        {
            Assert.AreEqual(0f, weights.Weight[label * Width], Rounding);
        }
    }

    [TestMethod]
    public void Fit_FastCancelledBefore_ReturnsTheProbeSoFar()
    {
        var result = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(Clusters(100, 0), Classes, cancellationToken: new CancellationToken(canceled: true));
        Assert.IsTrue(result.WasCancelled);
        Assert.HasCount(0, result.Metrics);
        Assert.IsTrue(result.Weights.Weight.All(weight => weight == 0));
    }

    [TestMethod]
    public void Fit_Dino_KeepsFeaturesAndChangesTheRateByEpoch()
    {
        var result = new LinearProbeTrainer(LinearProbeOptions.Dino(batchSize: 16)).Fit(Clusters(200, 0), Classes, Clusters(100, 1));
        Assert.IsTrue(result.Weights.RunningMean.All(value => value == 0));
        Assert.IsTrue(result.Weights.RunningVariance.All(value => value == 1));
        Assert.AreEqual(0, result.Weights.Epsilon);
        Assert.HasCount(100, result.Metrics);
        foreach (var entry in result.Metrics)
        {
            // The rate at the beginning of the epoch: it did not change until its last step.
            Assert.AreEqual(0.001 * 16 / 256 / 2 * (1 + Math.Cos(Math.PI * entry.Epoch / 100)), entry.LearningRate, 1e-12);
        }

        Assert.AreEqual(result.Metrics.Max(entry => entry.ValidationAccuracy), result.Best!.ValidationAccuracy);
        Assert.AreEqual(result.Metrics.First(entry => entry.ValidationAccuracy == result.Best.ValidationAccuracy), result.Best);
        Assert.IsGreaterThan(0.9, result.Best.ValidationAccuracy!.Value);
    }

    [TestMethod]
    public void Mae_AnyBatch_HasThePublishedRate()
    {
        var published = LinearProbeOptions.Mae();
        Assert.AreEqual(6.4, published.LearningRate, 1e-12);
        Assert.AreEqual(0.1, LinearProbeOptions.Mae(batchSize: 256).LearningRate, 1e-12);
        Assert.AreEqual((90, 10.0, 16384), (published.Epochs, published.WarmupEpochs, published.BatchSize));
    }

    [TestMethod]
    public void Fit_NoValidation_HasNoBestEpoch() =>
        Assert.IsNull(new LinearProbeTrainer(new LinearProbeOptions { Epochs = 1 }).Fit(Clusters(50, 0), Classes).Best);

    [TestMethod]
    public void Fit_OneClass_NamesIt()
    {
        var rows = Clusters(20, 0) with { Labels = [.. Enumerable.Repeat(1, 20)] };
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new LinearProbeTrainer().Fit(rows, 2, classNames: ["cat", "dog"]));
        StringAssert.Contains(exception.Message, "dog");
    }

    [TestMethod]
    public void Fit_LabelOutOfRange_NamesRowAndRange()
    {
        var rows = Clusters(20, 0);
        int[] labels = [.. rows.Labels];
        labels[6] = Classes;
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new LinearProbeTrainer().Fit(rows with { Labels = labels }, Classes));
        StringAssert.Contains(exception.Message, "Row 6 has the label 4; labels must lie between 0 and 3");
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesThemAll()
    {
        var options = new LinearProbeOptions { Solver = (LinearProbeSolver)9, Epochs = 0, WarmupEpochs = 1, BatchSize = 1, LearningRate = 0, Momentum = 1, TrustCoefficient = double.NaN, WeightDecay = -1 };
        Assert.HasCount(8, Assert.ThrowsExactly<InvalidOptionsException>(() => new LinearProbeTrainer(options)).Errors);
    }

    private static LabeledFeatures Clusters(int rows, int split)
    {
        var values = new float[rows * Width];
        var labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            var random = new RandomStream(1, RandomPurpose.Scene, split, row);
            labels[row] = random.NextInt32(Classes);
            for (int i = 0; i < Width; i++)
            {
                values[(row * Width) + i] = (float)(random.NextGaussian() + (i % Classes == labels[row] ? 3 : 0));
            }
        }

        return new LabeledFeatures(new FeatureMatrix(Width, values), labels);
    }

    private static int Predict(LinearProbeWeights weights, ReadOnlySpan<float> features)
    {
        var logits = new double[weights.Classes];
        for (int k = 0; k < weights.Classes; k++)
        {
            logits[k] = weights.Bias[k];
            for (int i = 0; i < weights.Width; i++)
            {
                logits[k] += weights.Weight[(k * weights.Width) + i] * (features[i] - weights.RunningMean[i]) / Math.Sqrt(weights.RunningVariance[i] + weights.Epsilon);
            }
        }

        return Array.IndexOf(logits, logits.Max());
    }

    private sealed class CallbackProgress(Action<LinearProbeMetrics> report) : IProgress<LinearProbeMetrics>
    {
        public void Report(LinearProbeMetrics value) => report(value);
    }
}
