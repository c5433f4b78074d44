using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>How a linear probe is trained. The defaults are MAE's protocol (He et al. 2022, table 10), fitted to sets of any size.</summary>
/// <remarks>
/// MAE takes 0.1 times batch / 256 as the learning rate, 6.4 for its batch of 16384, and 90 epochs, which are 7000 steps on ImageNet. LARS makes a step relative to the weights' norm, so a smaller batch
/// needs no smaller rate, but a small set needs as many steps: with 0.1 times batch / 256 a probe on a thousand rows stays at chance. Hence the rate is MAE's 6.4 for every batch, and epochs are added
/// until there are 3000 steps. <see cref="Mae"/> is the protocol as published.
/// </remarks>
public sealed partial class LinearProbeOptions
{
    internal const int DefaultEpochs = 90;
    internal const int MinimumSteps = 3000;
    internal const int MostIterations = 500;

    /// <summary>What trains the probe.</summary>
    /// <value>Default <see cref="LinearProbeSolver.Lars"/>.</value>
    public LinearProbeSolver Solver { get; set; } = LinearProbeSolver.Lars;

    /// <summary>Epochs; with <see cref="LinearProbeSolver.Lbfgs"/> the most iterations, which end earlier where the loss is flat.</summary>
    /// <value>At least 1; null (default): MAE's 90, or as many as make 3000 steps if that is more; at most 500 iterations.</value>
    public int? Epochs { get; set; }

    /// <summary>Epochs over which the learning rate rises from 0; then half a cosine falls to 0. Not for <see cref="LinearProbeSolver.Lbfgs"/>.</summary>
    /// <value>At least 0 and at most <see cref="Epochs"/>; null (default): a ninth of the epochs, MAE's 10 of 90.</value>
    public double? WarmupEpochs { get; set; }

    /// <summary>Whether the learning rate changes with the epoch only and not with every step, as PyTorch's schedulers and DINO have it.</summary>
    /// <value>Default false.</value>
    public bool ChangesRateByEpoch { get; set; }

    /// <summary>Rows in a batch. Not for <see cref="LinearProbeSolver.Lbfgs"/>.</summary>
    /// <value>At least 2. Default 128. A smaller set gives one batch an epoch.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Peak learning rate, whatever the batch size. Not for <see cref="LinearProbeSolver.Lbfgs"/>.</summary>
    /// <value>Greater than 0. Default 6.4. For MAE's rule set it to 0.1 times <see cref="BatchSize"/> / 256. Much more than 6.4 lets the bias of a probe with two classes oscillate.</value>
    public double LearningRate { get; set; } = 6.4;

    /// <summary>Share of the velocity kept a step. Not for <see cref="LinearProbeSolver.Lbfgs"/>.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.9.</value>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Length of LARS's step relative to the weights' norm, before the learning rate.</summary>
    /// <value>Greater than 0. Default 0.001.</value>
    public double TrustCoefficient { get; set; } = 0.001;

    /// <summary>Weight decay of the weights; the bias has none. Half of it times the squared weights is what <see cref="LinearProbeSolver.Lbfgs"/> adds to the mean cross-entropy.</summary>
    /// <value>At least 0. Null (default): 0; with <see cref="LinearProbeSolver.Lbfgs"/> 3 divided by the number of rows, which was about best on features of CIFAR-10 for 200 as for 2000 rows.</value>
    public double? WeightDecay { get; set; }

    /// <summary>Whether features are brought to mean 0 and variance 1 first: by batch normalisation without scale and shift, or for <see cref="LinearProbeSolver.Lbfgs"/> by the statistics of all rows.</summary>
    /// <value>Default true (MAE). DINO has no such layer.</value>
    public bool NormalizesFeatures { get; set; } = true;

    /// <summary>Decides initial weights and order, and with augmentation the crops. <see cref="LinearProbeSolver.Lbfgs"/> needs none of them.</summary>
    /// <value>Any. Default 0.</value>
    public ulong Seed { get; set; }

    /// <summary>An independent copy.</summary>
    public LinearProbeOptions Clone() => (LinearProbeOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Solver), nameof(Solver), Solver, "be Lars, Sgd or Lbfgs");
        errors.Require(Epochs is null or >= 1, nameof(Epochs), Epochs, "be at least 1");
        errors.Require(
            WarmupEpochs is null || (WarmupEpochs >= 0 && WarmupEpochs <= (Epochs ?? DefaultEpochs)), nameof(WarmupEpochs), WarmupEpochs, $"lie between 0 and Epochs {Epochs ?? DefaultEpochs}");
        errors.Require(BatchSize >= 2, nameof(BatchSize), BatchSize, "be at least 2, as batch normalisation needs a variance");
        errors.Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "be greater than 0 and finite");
        errors.Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "be at least 0 and less than 1");
        errors.Require(TrustCoefficient > 0 && double.IsFinite(TrustCoefficient), nameof(TrustCoefficient), TrustCoefficient, "be greater than 0 and finite");
        errors.Require(WeightDecay is null || (WeightDecay >= 0 && double.IsFinite(WeightDecay.Value)), nameof(WeightDecay), WeightDecay, "be at least 0 and finite");
    }

    /// <summary>Epochs for so many batches each.</summary>
    internal int EpochsFor(int batches) => Epochs ?? Math.Max(DefaultEpochs, (MinimumSteps + batches - 1) / batches);

    /// <summary>The learning rate over so many epochs.</summary>
    internal ILearningRateSchedule ScheduleFor(int epochs) => new WarmupHalfCosineSchedule(LearningRate, 0, WarmupEpochs ?? (epochs / 9.0), epochs);
}
