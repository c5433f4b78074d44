using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class PretrainerTests
{
    // Normalised targets have mean square 1 (almost: unbiased variance), which predicting zero reaches; 64 smooth images let even a tiny model halve it.
    private const double ExpectedShareOfFirstLoss = 0.5;

    [TestMethod]
    public void Run_SixtyFourImages_LossFalls()
    {
        var result = new Pretrainer(new SyntheticImages(64, TinyRun.ImageSize), TinyRun.Options(60)).Run();
        double first = result.Metrics[0].Loss, last = result.Metrics[^1].Loss;
        Assert.IsLessThan(ExpectedShareOfFirstLoss * first, last, $"{first} -> {last}");
    }

    [TestMethod]
    public void Run_ZeroEpochs_ReturnsUntrainedEncoder()
    {
        var result = new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), TinyRun.Options(0)).Run();
        Assert.IsEmpty(result.Metrics);
        Assert.IsFalse(result.WasCancelled);
        Assert.IsTrue(result.Encoder.Weights.Contains("blocks.1.mlp.fc2.weight"));
        Assert.IsTrue(result.Encoder.Weights.Contains("pos_embed"));
        Assert.IsFalse(result.Encoder.Weights.Names.Any(name => name.Contains("decoder") || name == "mask_token"));
        Assert.IsTrue(result.Encoder.Weights["norm.weight"].ToSingles().All(value => value == 1));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Run_ManySteps_KeepsTheNumberOfLiveTensors(bool kernels)
    {
        var counts = new List<long>();
        var options = kernels ? TinyRun.GuidedOptions(6) : TinyRun.WithoutKernels(TinyRun.GuidedOptions(6));
        new Pretrainer(new SyntheticImages(32, TinyRun.ImageSize), options)
            .Run(progress: new SynchronousProgress(metrics =>
            {
                if (!metrics.IsEpochEnd)
                {
                    counts.Add(Tensor.TotalCount);
                }
            }));
        Assert.HasCount(24, counts);
        Assert.AreEqual(1, counts.Distinct().Count(), string.Join(" ", counts));
    }

    [TestMethod]
    public void Run_Done_FreesItsTensors()
    {
        long before = LiveTensors.Settled();
        new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), TinyRun.Options(1)).Run();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Run_WithValidation_TellsItsLossAndTrainsTheSame()
    {
        var images = new SyntheticImages(32, TinyRun.ImageSize);
        var options = TinyRun.Options(4);
        options.ValidateEveryEpochs = 3;
        var plain = new Pretrainer(images, options).Run();
        var validated = new Pretrainer(images, options, new SyntheticImages(11, TinyRun.ImageSize, seed: 8)).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(plain), TinyRun.Bytes(validated));
        CollectionAssert.AreEqual(new[] { false, false, true, true }, validated.Metrics.Select(metrics => metrics.ValidationLoss is not null).ToArray());
        Assert.IsTrue(validated.Metrics[^1].ValidationLoss is > 0.1 and < 2);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Run_BFloat16_StaysCloseToSinglePrecision(bool kernels)
    {
        // bfloat16 has 8 significant bits; over a few dozen steps the mean loss of an epoch moves by far less than a percent of the loss itself.
        const double RelativeTolerance = 0.03;
        var options = kernels ? TinyRun.Options(8) : TinyRun.WithoutKernels(TinyRun.Options(8));
        var single = new Pretrainer(new SyntheticImages(32, TinyRun.ImageSize), options).Run();
        options.Precision = ComputePrecision.BFloat16;
        var half = new Pretrainer(new SyntheticImages(32, TinyRun.ImageSize), options).Run();
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            Assert.AreEqual(single.Metrics[epoch].Loss, half.Metrics[epoch].Loss, RelativeTolerance * single.Metrics[epoch].Loss, $"epoch {epoch}");
        }
    }

    [TestMethod]
    public void Run_LearningRateFarTooHigh_SaysWhereItDiverged()
    {
        var options = TinyRun.Options(20);
        options.Optimization.LearningRatePer256 = 1e30;
        options.Optimization.WarmupEpochs = 0;
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new Pretrainer(new SyntheticImages(16, TinyRun.ImageSize), options).Run());
        Assert.IsFalse(double.IsFinite(exception.Loss));
        Assert.IsGreaterThan(0, exception.Step);
        Assert.IsNull(exception.Checkpoint);
    }

    [TestMethod]
    public void Run_WeightsOverflowInTheLastStepOfAnEpoch_SaysSo()
    {
        // One step an epoch; a finite loss, then weights beyond single precision.
        var options = TinyRun.Options(2);
        options.Optimization.LearningRatePer256 = 1e300;
        options.Optimization.WarmupEpochs = 0;
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options).Run());
        Assert.AreEqual(0, exception.Step);
        Assert.IsTrue(double.IsFinite(exception.Loss));
        StringAssert.Contains(exception.Message, "weights after step 0");
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesThemAll()
    {
        var options = TinyRun.Options(-1);
        options.BatchSize = 0;
        options.Optimization.LearningRatePer256 = double.NaN;
        options.Optimization.WarmupEpochs = 3;
        options.Optimization.Beta2 = 1;
        options.Architecture.Heads = 5;
        options.Decoder = new MaeDecoderOptions { Width = 10 };
        options.Crop.MinScale = 0;
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options));
        foreach (string name in new[] { "Epochs", "BatchSize", "LearningRatePer256", "WarmupEpochs", "Beta2", "Width", "Decoder.Width", "MinScale" })
        {
            Assert.IsTrue(exception.Errors.Any(error => error.StartsWith(name + " ", StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    public void Constructor_RatioThatLeavesNothingVisible_IsRefused()
    {
        var options = TinyRun.Options(1);
        options.Masking = new RandomMasking(0.99);
        Assert.ThrowsExactly<InvalidOptionsException>(() => new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options));
    }

    [TestMethod]
    public void Constructor_NoImages_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new Pretrainer(new SyntheticImages(0, TinyRun.ImageSize), TinyRun.Options(1)));
}
