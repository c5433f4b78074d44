using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class HardPatchRunTests
{
    private const int Epochs = 6;
    private const int Images = 32;
    private const int StepsPerEpoch = 4;

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("hard-patches-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true, false, 1, DisplayName = "in the first epoch")]
    [DataRow(true, false, StepsPerEpoch * 3, DisplayName = "between epochs")]
    [DataRow(true, false, (StepsPerEpoch * 4) + 3, DisplayName = "in a later epoch")]
    [DataRow(true, true, (StepsPerEpoch * 4) + 3, DisplayName = "bfloat16")]
    [DataRow(false, false, (StepsPerEpoch * 4) + 3, DisplayName = "autograd, in parts")]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(bool kernels, bool bfloat16, int stopAfter)
    {
        var options = HardPatchRuns.Options(Epochs, kernels);
        options.Precision = bfloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
        options.MicroBatchSize = kernels ? null : 3;
        var whole = Trainer(options).Run();
        using var source = new CancellationTokenSource();
        var part = Trainer(options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, stopAfter, source)), source.Token);
        Assert.IsTrue(part.WasCancelled);
        CollectionAssert.AreNotEqual(TinyRun.Bytes(whole), TinyRun.Bytes(part));
        var continued = Trainer(options).Run(_folder);
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
        CollectionAssert.AreEqual(Learned(whole), Learned(continued));
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
    }

    [TestMethod]
    public void Run_LongEnough_LearnsWhichPatchesAreHardAndMasksMoreOfThem()
    {
        var options = HardPatchRuns.Options(40);
        options.Crop = new CropOptions { MinScale = 1, FlipProbability = 0 };
        var result = new Pretrainer(new HalfNoise(Images), options).Run();
        var (first, last) = (result.Metrics[0].LearnedMasking!, result.Metrics[^1].LearnedMasking!);
        Assert.AreEqual(0, first.HardShare);
        Assert.IsNull(first.HardLoss);
        Assert.AreEqual(0.5, last.HardShare);
        Assert.IsTrue(last.LossOrderAgreement > 0.7, $"{last.LossOrderAgreement} of the pairs in the right order");
        Assert.IsTrue(last.HardLoss > 2 * last.OtherLoss, $"{last.HardLoss} and {last.OtherLoss}");
        Assert.IsTrue(last.ReconstructionLoss < result.Metrics[^1].Loss);
    }

    [TestMethod]
    public void Run_ShareOfZero_HasTheMasksAndFirstErrorOfRandomMasking()
    {
        // A run of one step, from the same weights.
        var options = HardPatchRuns.Options(1);
        options.BatchSize = Images;
        options.Masking = new HardPatchMasking(new HardPatchOptions { FinalShare = 0 });
        var hard = Trainer(options).Run();
        options.Masking = new RandomMasking();
        var random = Trainer(options).Run();
        Assert.AreEqual(random.Metrics[0].Loss, hard.Metrics[0].LearnedMasking!.ReconstructionLoss!.Value, 1e-5);
        Assert.IsNull(random.Metrics[0].LearnedMasking);
        Assert.IsFalse(hard.Encoder.Weights.Names.Any(name => name.Contains("losspred", StringComparison.Ordinal)));
        Assert.IsTrue(hard.Autoencoder.Names.Any(name => name.Contains("losspred", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Run_FolderOfAnotherShare_IsRefused()
    {
        var options = HardPatchRuns.Options(1);
        Trainer(options).Run(_folder);
        options.Masking = new HardPatchMasking(new HardPatchOptions { FinalShare = 0.4 });
        Assert.Contains("hard 0.4", Assert.ThrowsExactly<CheckpointMismatchException>(() => Trainer(options).Run(_folder)).Message);
        options.Masking = new HardPatchMasking(new HardPatchOptions { Prediction = LossPredictionForm.Absolute });
        Assert.Contains("Absolute", Assert.ThrowsExactly<CheckpointMismatchException>(() => Trainer(options).Run(_folder)).Message);
        options.Masking = new RandomMasking();
        Assert.Contains("Masking", Assert.ThrowsExactly<CheckpointMismatchException>(() => Trainer(options).Run(_folder)).Message);
    }

    [TestMethod]
    public void Run_LossNoLongerANumber_EndsWithThatMessage()
    {
        var options = HardPatchRuns.Options(Epochs);
        options.Optimization.LearningRatePer256 = 1e30;
        Assert.ThrowsExactly<TrainingDivergedException>(() => Trainer(options).Run());
    }

    [TestMethod]
    public void Validate_WhatHardPatchesCannotJoin_IsRefusedWithTheReason()
    {
        var options = HardPatchRuns.Options(1);
        (options.Decoder, options.Guidance) = (new LinearDecoderOptions(), new AttentionLossOptions());
        string[] errors = [.. Assert.ThrowsExactly<InvalidOptionsException>(() => Trainer(options)).Errors];
        Assert.IsTrue(errors.Any(error => error.Contains("second decoder", StringComparison.Ordinal)), string.Join(" ", errors));
        Assert.IsTrue(errors.Any(error => error.Contains("weighed", StringComparison.Ordinal)), string.Join(" ", errors));
        options = HardPatchRuns.Options(1);
        options.Masking = new HardPatchMasking(new HardPatchOptions { MaskRatio = 0.01 });
        Assert.Contains("at least 2", Assert.ThrowsExactly<InvalidOptionsException>(() => Trainer(options)).Message);
    }

    [TestMethod]
    [DataRow("DropPath")]
    [DataRow("UniformityWeight")]
    [DataRow("WeightAverageDecay")]
    [DataRow("LayerScale")]
    [DataRow("Hog")]
    public void Run_WithWhatElseThereIs_GoesThrough(string name)
    {
        var options = HardPatchRuns.Options(2);
        options.DropPath = name == "DropPath" ? 0.2 : 0;
        options.UniformityWeight = name == "UniformityWeight" ? 0.1 : 0;
        options.Optimization.WeightAverageDecay = name == "WeightAverageDecay" ? 0.9 : null;
        options.Architecture.LayerScale = name == "LayerScale" ? 0.1 : null;
        options.Target = name == "Hog" ? ReconstructionTarget.Hog(new HogOptions { CellSize = 2 }) : ReconstructionTarget.Pixels;
        var result = Trainer(options).Run(_folder);
        Assert.IsTrue(result.Metrics.All(metrics => double.IsFinite(metrics.Loss) && metrics.LearnedMasking!.LossOrderAgreement is > 0 and < 1));
    }

    private static Pretrainer Trainer(PretrainerOptions options) => new(new SyntheticImages(Images, TinyRun.ImageSize), options);

    private static LearnedMaskingMetrics?[] Learned(PretrainingResult result) => [.. result.Metrics.Select(metrics => metrics.LearnedMasking)];

    private static void CancelAt(PretrainingMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }

    /// <summary>Grey on the left and noise on the right.</summary>
    private sealed class HalfNoise(int count) : IImageSource
    {
        public int Count => count;

        public string NameOf(int index) => $"half noise {index}";

        public RgbImage Load(int index)
        {
            const int Size = TinyRun.ImageSize;
            var random = new RandomStream(7, RandomPurpose.Scene, 0, index);
            var pixels = new byte[Size * Size * 3];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(i / 3 % Size < Size / 2 ? 128 : random.NextInt32(256));
            }

            return new RgbImage(Size, Size, pixels);
        }
    }
}
