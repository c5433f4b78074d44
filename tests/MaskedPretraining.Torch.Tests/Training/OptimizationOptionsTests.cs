using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class OptimizationOptionsTests
{
    // Published to five digits.
    private const double Published = 5e-9;

    private const double Exact = 1e-15;

    [TestMethod]
    [DataRow(20, 1.2e-3)]
    [DataRow(39.5, 2.37e-3)]
    [DataRow(40, 2.4e-3)]
    [DataRow(41, 2.399954e-3)]
    [DataRow(220, 1.2e-3)]
    [DataRow(399, 4.569e-8)]
    public void ScheduleFor_Mae_HasThePublishedRates(double epoch, double rate) =>
        Assert.AreEqual(rate, new OptimizationOptions().ScheduleFor(epochs: 400, batchSize: 4096).At(epoch), Published);

    [TestMethod]
    public void ScheduleFor_SimMimsDefault_DropsWhenTheWarmupEnds()
    {
        // 1e-4 for 512, batches of 2048: 4e-4; 200 epochs.
        var options = new OptimizationOptions
        {
            LearningRatePer256 = 0.5e-4, WarmupStartLearningRatePer256 = 2.5e-7, MinLearningRatePer256 = 2.5e-6, WarmupEpochs = 10, Decay = LearningRateDecay.CosineIncludingWarmup,
        };
        var schedule = options.ScheduleFor(epochs: 200, batchSize: 2048);
        Assert.AreEqual(2e-6, schedule.At(0), Exact);
        Assert.AreEqual(2e-6 + ((4e-4 - 2e-6) / 2), schedule.At(5), Exact);
        Assert.AreEqual(2e-5, schedule.At(200), Exact);
        options.MinLearningRatePer256 = 0;
        // One of 1000 steps before the end of the warm-up, and its end, with the smallest rate left out, as the published figures are to four digits.
        Assert.AreEqual(3.9996e-4, options.ScheduleFor(200, 2048).At(9.999), 5e-9);
        options.MinLearningRatePer256 = 2.5e-6;
        Assert.AreEqual(3.9766e-4, options.ScheduleFor(200, 2048).At(10), 5e-9);
    }

    [TestMethod]
    public void ScheduleFor_SimMimsEightHundredEpochs_FallsToATenthAtSevenHundred()
    {
        var options = new OptimizationOptions { LearningRatePer256 = 0.5e-4, WarmupStartLearningRatePer256 = 2.5e-7, WarmupEpochs = 10, Decay = LearningRateDecay.MultiStep, Milestones = [700] };
        var schedule = options.ScheduleFor(epochs: 800, batchSize: 2048);
        Assert.AreEqual(2e-6, schedule.At(0), Exact);
        Assert.AreEqual(4e-4, schedule.At(10), Exact);
        Assert.AreEqual(4e-4, schedule.At(699.99), Exact);
        Assert.AreEqual(4e-5, schedule.At(700), Exact);
        Assert.AreEqual(4e-5, schedule.At(799.99), Exact);
    }

    [TestMethod]
    public void ScheduleFor_MaskFeat_RisesFromAndFallsToItsSmallestRate()
    {
        var options = new OptimizationOptions { LearningRatePer256 = 2e-4, WarmupStartLearningRatePer256 = 1e-6, MinLearningRatePer256 = 1e-6, WarmupEpochs = 30 };
        var schedule = options.ScheduleFor(epochs: 300, batchSize: 2048);
        Assert.AreEqual(8e-6, schedule.At(0), Exact);
        Assert.AreEqual(1.6e-3, schedule.At(30), Exact);
        Assert.AreEqual((1.6e-3 + 8e-6) / 2, schedule.At(165), Exact);
        Assert.AreEqual(8e-6, schedule.At(300), Exact);
    }

    [TestMethod]
    [DataRow(LearningRateDecay.HalfCosine)]
    [DataRow(LearningRateDecay.CosineIncludingWarmup)]
    [DataRow(LearningRateDecay.MultiStep)]
    public void ScheduleFor_NoEpochs_CanBeMade(LearningRateDecay decay) => Assert.IsNotNull(new OptimizationOptions { Decay = decay }.ScheduleFor(epochs: 0, batchSize: 8));

    [TestMethod]
    [DataRow(nameof(OptimizationOptions.LearningRatePer256), 0.0)]
    [DataRow(nameof(OptimizationOptions.LearningRatePer256), double.NaN)]
    [DataRow(nameof(OptimizationOptions.LearningRatePer256), double.PositiveInfinity)]
    [DataRow(nameof(OptimizationOptions.MinLearningRatePer256), -1e-9)]
    [DataRow(nameof(OptimizationOptions.MinLearningRatePer256), double.NaN)]
    [DataRow(nameof(OptimizationOptions.WarmupStartLearningRatePer256), -1e-9)]
    [DataRow(nameof(OptimizationOptions.WarmupStartLearningRatePer256), double.PositiveInfinity)]
    [DataRow(nameof(OptimizationOptions.WarmupEpochs), -1.0)]
    [DataRow(nameof(OptimizationOptions.WarmupEpochs), 10.5)]
    [DataRow(nameof(OptimizationOptions.WarmupEpochs), double.NaN)]
    [DataRow(nameof(OptimizationOptions.WeightDecay), -0.1)]
    [DataRow(nameof(OptimizationOptions.WeightDecay), double.NaN)]
    [DataRow(nameof(OptimizationOptions.Beta1), -0.1)]
    [DataRow(nameof(OptimizationOptions.Beta1), 1.0)]
    [DataRow(nameof(OptimizationOptions.Beta2), 1.0)]
    [DataRow(nameof(OptimizationOptions.Beta2), double.NaN)]
    [DataRow(nameof(OptimizationOptions.MaxGradientNorm), 0.0)]
    [DataRow(nameof(OptimizationOptions.MaxGradientNorm), double.PositiveInfinity)]
    [DataRow(nameof(OptimizationOptions.WeightAverageDecay), 0.0)]
    [DataRow(nameof(OptimizationOptions.WeightAverageDecay), 1.0)]
    [DataRow(nameof(OptimizationOptions.WeightAverageDecay), double.NaN)]
    public void Validate_BadValue_IsNamed(string name, double value)
    {
        var options = new OptimizationOptions();
        typeof(OptimizationOptions).GetProperty(name)!.SetValue(options, value);
        Assert.StartsWith($"{name} must ", Errors(options).Single());
    }

    [TestMethod]
    public void Validate_EverythingWrong_NamesAll()
    {
        Assert.StartsWith("Decay must ", Errors(new OptimizationOptions { Decay = (LearningRateDecay)9 }).Single());
        Assert.StartsWith("Milestones must ", Errors(new OptimizationOptions { Decay = LearningRateDecay.MultiStep, Milestones = [3, -1] }).Single());
        Assert.StartsWith("Milestones must ", Errors(new OptimizationOptions { Decay = LearningRateDecay.MultiStep, Milestones = [double.NaN] }).Single());
        Assert.StartsWith("Milestones must ", Errors(new OptimizationOptions { Milestones = null! }).Single());
        Assert.StartsWith("Milestones must ", Errors(new OptimizationOptions { Decay = LearningRateDecay.HalfCosine, Milestones = [3] }).Single());
        Assert.HasCount(3, Errors(new OptimizationOptions { Beta1 = 2, Beta2 = 2, WeightDecay = -1 }));
        Assert.IsEmpty(Errors(new OptimizationOptions { WarmupEpochs = 10, Beta1 = 0, MaxGradientNorm = 0.02, WeightAverageDecay = 0.9999, Decay = LearningRateDecay.MultiStep, Milestones = [0, 700] }));
    }

    [TestMethod]
    public void Clone_Changed_LeavesTheOriginal()
    {
        var options = new OptimizationOptions { Milestones = [1] };
        var copy = options.Clone();
        (copy.Milestones[0], copy.Beta1) = (2, 0.5);
        Assert.AreEqual(1, options.Milestones[0]);
        Assert.AreEqual(0.9, options.Beta1);
    }

    private static IReadOnlyList<string> Errors(OptimizationOptions options)
    {
        var errors = new OptionErrors();
        options.Validate(errors, epochs: 10);
        try
        {
            errors.ThrowIfAny("Options");
            return [];
        }
        catch (InvalidOptionsException exception)
        {
            return exception.Errors;
        }
    }
}
