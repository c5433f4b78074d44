using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Training;

/// <summary>Optimizer and learning rate of a pre-training run: AdamW (Loshchilov and Hutter 2019) with a linear warm-up. The defaults are MAE's (He et al. 2022, table 8).</summary>
/// <remarks>Learning rates are given for a batch of 256; what is used is this times the images in a batch / 256. SimMIM gives its rates for 512: half of them for 256.</remarks>
public sealed class OptimizationOptions
{
    // SimMIM's factor at each milestone.
    private const double MilestoneFactor = 0.1;

    /// <summary>Peak learning rate for a batch of 256.</summary>
    /// <value>Greater than 0. Default 1.5e-4.</value>
    public double LearningRatePer256 { get; set; } = 1.5e-4;

    /// <summary>Learning rate for a batch of 256 at the end of the run; <see cref="LearningRateDecay.MultiStep"/> has none.</summary>
    /// <value>At least 0. Default 0.</value>
    public double MinLearningRatePer256 { get; set; }

    /// <summary>Learning rate for a batch of 256 at the first step.</summary>
    /// <value>At least 0. Default 0.</value>
    public double WarmupStartLearningRatePer256 { get; set; }

    /// <summary>Epochs over which the learning rate rises to its peak.</summary>
    /// <value>At least 0 and at most the run's epochs; fractions are allowed; null (default): a tenth of the epochs, MAE's 40 of 400.</value>
    public double? WarmupEpochs { get; set; }

    /// <summary>How the learning rate falls after the warm-up.</summary>
    /// <value>Default <see cref="LearningRateDecay.HalfCosine"/>.</value>
    public LearningRateDecay Decay { get; set; } = LearningRateDecay.HalfCosine;

    /// <summary>Epochs at which <see cref="LearningRateDecay.MultiStep"/> multiplies the learning rate by 0.1.</summary>
    /// <value>Each at least 0; none with another <see cref="Decay"/>. Default none. SimMIM's run of 800 epochs has 700.</value>
    public double[] Milestones { get; set; } = [];

    /// <summary>Weight decay of every tensor with two or more dimensions that is no bias: matrices, class token, mask token, trained positions.</summary>
    /// <value>At least 0. Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;

    /// <summary>Whether weight decay applies to class token and trained table of positions.</summary>
    /// <value>Default true (MAE, MaskFeat). SimMIM has false; its mask token and relative position biases are decayed.</value>
    public bool DecaysClassTokenAndPositions { get; set; } = true;

    /// <summary>AdamW's share of the first moment kept a step.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.9.</value>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>AdamW's share of the second moment kept a step.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.95, lower than AdamW's usual 0.999.</value>
    public double Beta2 { get; set; } = 0.95;

    /// <summary>Gradients whose Euclidean norm over all parameters is larger are scaled down to it.</summary>
    /// <value>Greater than 0; null (default): no limit. SimMIM has 5, MaskFeat 0.02.</value>
    public double? MaxGradientNorm { get; set; }

    /// <summary>Share of the averaged weights kept a step (exponential moving average). The encoder that training returns then has the averaged weights; losses on the way, validation and attention maps are those of the weights themselves.</summary>
    /// <value>Greater than 0 and less than 1, for example 0.9999; null (default): no average. None of the published recipes has one.</value>
    public double? WeightAverageDecay { get; set; }

    /// <summary>An independent copy.</summary>
    public OptimizationOptions Clone()
    {
        var copy = (OptimizationOptions)MemberwiseClone();
        copy.Milestones = [.. Milestones];
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="epochs">The run's epochs.</param>
    public void Validate(OptionErrors errors, int epochs)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(LearningRatePer256 > 0 && double.IsFinite(LearningRatePer256), nameof(LearningRatePer256), LearningRatePer256, "be greater than 0 and finite");
        errors.Require(MinLearningRatePer256 >= 0 && double.IsFinite(MinLearningRatePer256), nameof(MinLearningRatePer256), MinLearningRatePer256, "be at least 0 and finite");
        errors.Require(
            WarmupStartLearningRatePer256 >= 0 && double.IsFinite(WarmupStartLearningRatePer256), nameof(WarmupStartLearningRatePer256), WarmupStartLearningRatePer256, "be at least 0 and finite");
        errors.Require(WarmupEpochs is null || (WarmupEpochs >= 0 && WarmupEpochs <= epochs), nameof(WarmupEpochs), WarmupEpochs, $"lie between 0 and Epochs {epochs}");
        errors.Require(Enum.IsDefined(Decay), nameof(Decay), Decay, "be HalfCosine, CosineIncludingWarmup or MultiStep");
        errors.Require(
            Milestones is not null && Array.TrueForAll(Milestones, milestone => milestone >= 0) && (Milestones.Length == 0 || Decay == LearningRateDecay.MultiStep),
            nameof(Milestones),
            Milestones is null ? null : $"[{string.Join(", ", Milestones)}]",
            $"hold epochs of at least 0 with Decay {LearningRateDecay.MultiStep} and be empty with any other, which would not look at them");
        errors.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "be at least 0 and finite");
        errors.Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "be at least 0 and less than 1");
        errors.Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "be at least 0 and less than 1");
        errors.Require(MaxGradientNorm is null || (MaxGradientNorm > 0 && double.IsFinite(MaxGradientNorm.Value)), nameof(MaxGradientNorm), MaxGradientNorm, "be null or greater than 0 and finite");
        errors.Require(WeightAverageDecay is null or (> 0 and < 1), nameof(WeightAverageDecay), WeightAverageDecay, "be null or lie between 0 and 1, both excluded");
    }

    internal double WarmupEpochsFor(int epochs) => WarmupEpochs ?? 0.1 * epochs;

    /// <summary>The learning rate over a run, progress in epochs with fraction.</summary>
    internal ILearningRateSchedule ScheduleFor(int epochs, int batchSize)
    {
        double factor = batchSize / 256.0, warmup = WarmupEpochsFor(epochs);
        double peak = LearningRatePer256 * factor, least = MinLearningRatePer256 * factor, start = WarmupStartLearningRatePer256 * factor;
        return Decay switch
        {
            LearningRateDecay.CosineIncludingWarmup => new CosineIncludingWarmupSchedule(peak, least, start, warmup, Math.Max(epochs, 1)),
            LearningRateDecay.MultiStep => new MultiStepSchedule(peak, start, warmup, Milestones, MilestoneFactor),
            _ => new WarmupHalfCosineSchedule(peak, least, warmup, epochs, start),
        };
    }

    internal AdamWOptions ToAdamW() => new(Beta1, Beta2, AdamWOptions.DefaultEpsilon, WeightDecay, MaxGradientNorm);
}
