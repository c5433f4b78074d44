using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Masking;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>The way of a step on devices that must not be waited for, tried on the CPU: bytes uploaded once and gathered there, losses read one step late, the optimizer without the host.</summary>
[TestClass]
public sealed class OtherDeviceTests
{
    // Other orders of summation in single precision, over a few steps of a steep learning rate.
    private const double Tolerance = 2e-4;

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("device-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow((int)RecipeRuns.Recipe.SimMim)]
    [DataRow((int)RecipeRuns.Recipe.AttentionDrivenSimMim)]
    [DataRow((int)RecipeRuns.Recipe.MaskFeat)]
    [DataRow((int)RecipeRuns.Recipe.GuidedLoss)]
    [DataRow((int)RecipeRuns.Recipe.Averaged)]
    public void Run_AsOnOtherDevices_HasTheMetricsOfTheCpu(int recipe)
    {
        var options = RecipeRuns.OptionsOf((RecipeRuns.Recipe)recipe);
        options.Epochs = 3;
        options.Optimization.LearningRatePer256 = 0.01;
        AssertAlike(options, given => RecipeRuns.Trainer((RecipeRuns.Recipe)recipe, given));
    }

    [TestMethod]
    public void Run_InPartsWithAGradientLimit_HasTheMetricsOfTheCpu()
    {
        var options = OptionsOf();
        (options.MicroBatchSize, options.Optimization.MaxGradientNorm) = (3, 0.05);
        AssertAlike(options, given => RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, given));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "AutoMAE")]
    [DataRow(false, DisplayName = "hard patches")]
    public void Run_LearnedMasks_HasTheMetricsOfTheCpu(bool autoMae)
    {
        var options = autoMae ? AutoMaeRuns.Options(epochs: 2) : HardPatchRuns.Options(2);
        options.Optimization.LearningRatePer256 = 0.01;
        AssertAlike(options, given => new Pretrainer(new SyntheticImages(AutoMaeRuns.Images, TinyRun.ImageSize), given));
    }

    [TestMethod]
    public void Start_CompletedOneStepLate_HasTheNumbersOfStepsCompletedAtOnceBitForBit()
    {
        var options = OptionsOf();
        var batches = BatchesOf(options);
        using var atOnce = new PretrainingSession(options);
        using var late = new PretrainingSession(options);
        StepLosses[] expected = [.. batches.Select(batch => atOnce.Step(batch, Moment))];
        var found = new List<StepLosses>();
        PendingStep? last = null;
        foreach (var batch in batches)
        {
            var next = late.Start(batch, Moment);
            Assert.IsTrue(next.IsUnderWay);
            found.AddRange(last is null ? [] : [last.Complete().Losses]);
            last = next;
        }

        found.Add(last!.Complete().Losses);
        CollectionAssert.AreEqual(expected, found);
        CollectionAssert.AreEqual(TensorMemory.ToArray(atOnce.Model.Parameters.Values), TensorMemory.ToArray(late.Model.Parameters.Values));
    }

    [TestMethod]
    public void Run_Twice_IsTheSameBitForBit()
    {
        var options = RecipeRuns.OptionsOf(RecipeRuns.Recipe.AttentionDrivenSimMim);
        (options.Epochs, options.TreatsCpuAsOtherDevice) = (3, true);
        byte[][] weights = [.. Enumerable.Range(0, 2).Select(_ => TinyRun.Bytes(RecipeRuns.Trainer(RecipeRuns.Recipe.AttentionDrivenSimMim, options).Run()))];
        CollectionAssert.AreEqual(weights[0], weights[1]);
    }

    [TestMethod]
    [DataRow(ComputePrecision.Float32)]
    [DataRow(ComputePrecision.BFloat16)]
    public void Start_LossIsNotFinite_LeavesWeightsAndMomentsAlone(ComputePrecision precision)
    {
        var options = OptionsOf();
        (options.Precision, options.Optimization.MaxGradientNorm) = (precision, 0.05);
        var batches = BatchesOf(options);
        using var session = new PretrainingSession(options);
        session.Step(batches[0], Moment);
        using (no_grad())
        {
            session.Model.Parameters.Values[0].fill_(float.NaN);
            session.Model.Parameters.RefreshComputeCopy();
        }

        byte[] before = [.. session.Model.Parameters.Stream(session.Model.Parameters.Values, "").Concat(session.Optimizer.Stream()).SelectMany(Bytes)];
        Assert.IsFalse(double.IsFinite(session.Step(batches[1], Moment).Loss));
        CollectionAssert.AreEqual(before, session.Model.Parameters.Stream(session.Model.Parameters.Values, "").Concat(session.Optimizer.Stream()).SelectMany(Bytes).ToArray());
    }

    [TestMethod]
    public void Run_Diverging_NamesTheStepBehindTheLastOneReported()
    {
        var options = OptionsOf();
        options.Epochs = 20;
        (options.Optimization.LearningRatePer256, options.Optimization.WarmupEpochs) = (1e18, 0);
        long reported = 0;
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() =>
            RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, options).Run(progress: new SynchronousProgress(metrics => reported = metrics.Step)));
        Assert.AreEqual(reported, exception.Step);
        Assert.IsGreaterThan(0, exception.Step);
    }

    [TestMethod]
    public void Run_ManySteps_KeepsTheNumberOfLiveTensorsAndFreesThem()
    {
        var options = OptionsOf();
        (options.MicroBatchSize, options.Optimization.MaxGradientNorm) = (3, 0.05);
        long before = LiveTensors.Settled();
        var counts = new List<long>();
        RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, options).Run(progress: new SynchronousProgress(metrics => counts.Add(Tensor.TotalCount)));
        // The buffers of the first two steps are made in them.
        Assert.AreEqual(1, counts.Skip(2).Distinct().Count(), string.Join(" ", counts));
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Run_CancelledAndContinued_IsTheUninterruptedRunBitForBit()
    {
        var options = OptionsOf();
        var whole = RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, options).Run();
        using var cancellation = new CancellationTokenSource();
        var cut = RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, options).Run(_folder, new SynchronousProgress(metrics => Cancel(metrics.Step)), cancellation.Token);
        Assert.IsTrue(cut.WasCancelled);
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(RecipeRuns.Trainer(RecipeRuns.Recipe.Averaged, options).Run(_folder)));

        void Cancel(long step)
        {
            if (step == 2)
            {
                cancellation.Cancel();
            }
        }
    }

    private static StepMoment Moment => new(new TrainingProgress(0, 1), 0, 0.01);

    private static PretrainerOptions OptionsOf()
    {
        var options = RecipeRuns.OptionsOf(RecipeRuns.Recipe.Averaged);
        (options.Epochs, options.TreatsCpuAsOtherDevice, options.Optimization.LearningRatePer256) = (2, true, 0.01);
        return options;
    }

    private static void AssertAlike(PretrainerOptions options, Func<PretrainerOptions, Pretrainer> trainer)
    {
        options.TreatsCpuAsOtherDevice = false;
        var (expected, steps) = Train(trainer(options));
        options.TreatsCpuAsOtherDevice = true;
        var (found, foundSteps) = Train(trainer(options));
        Assert.HasCount(steps.Count, foundSteps);
        foreach (var (one, other) in steps.Zip(foundSteps))
        {
            Assert.AreEqual((one.Step, one.Epoch, one.LearningRate, one.IsEpochEnd), (other.Step, other.Epoch, other.LearningRate, other.IsEpochEnd));
            Near(one.Loss, other.Loss);
            Near(one.PlainLoss, other.PlainLoss);
            Near(one.ForegroundShare, other.ForegroundShare);
            Near(one.GradientNorm, other.GradientNorm);
            Near(one.ValidationLoss, other.ValidationLoss);
            Near(one.LearnedMasking?.GeneratorLoss, other.LearnedMasking?.GeneratorLoss);
            Near(one.LearnedMasking?.ReconstructionLoss, other.LearnedMasking?.ReconstructionLoss);
        }

        float[] weights = expected.Encoder.Weights["blocks.1.mlp.fc2.weight"].ToSingles(), others = found.Encoder.Weights["blocks.1.mlp.fc2.weight"].ToSingles();
        Assert.IsLessThan(Tolerance * weights.Max(Math.Abs), weights.Zip(others).Average(pair => Math.Abs(pair.First - pair.Second)));
    }

    private static (PretrainingResult Result, List<PretrainingMetrics> Steps) Train(Pretrainer pretrainer)
    {
        var steps = new List<PretrainingMetrics>();
        return (pretrainer.Run(progress: new SynchronousProgress(steps.Add)), steps);
    }

    private static PretrainingBatch[] BatchesOf(PretrainerOptions options) => [.. new BatchLoader(
        new SyntheticImages(4 * options.BatchSize, RecipeRuns.ImageSize), options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = options.BatchSize, Seed = options.Seed, Threads = 1 })
        .Epoch(new TrainingProgress(0, 1))];

    private static byte[] Bytes(StreamedTensor tensor)
    {
        using var stream = new MemoryStream();
        tensor.WriteTo(stream);
        return stream.ToArray();
    }

    private static void Near(double? expected, double? found)
    {
        Assert.AreEqual(expected is null, found is null);
        Assert.AreEqual(expected ?? 0, found ?? 0, Tolerance * Math.Abs(expected ?? 0));
    }
}
