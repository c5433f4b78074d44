using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>How a linear probe is trained. The defaults are MAE's protocol (He et al. 2022, table 10) but for the batch size.</summary>
public sealed class LinearProbeOptions
{
    /// <summary>Epochs.</summary>
    /// <value>At least 1. Default 90.</value>
    public int Epochs { get; set; } = 90;

    /// <summary>Epochs over which the learning rate rises from 0; then half a cosine falls to 0.</summary>
    /// <value>At least 0 and at most <see cref="Epochs"/>. Default 10.</value>
    public double WarmupEpochs { get; set; } = 10;

    /// <summary>Rows in a batch.</summary>
    /// <value>At least 2. Default 256. MAE's 16384 suits a million images. A smaller set gives one batch an epoch.</value>
    public int BatchSize { get; set; } = 256;

    /// <summary>Peak learning rate for a batch of 256; the rate used is this times the rows in a batch / 256.</summary>
    /// <value>Greater than 0. Default 0.1.</value>
    public double LearningRatePer256 { get; set; } = 0.1;

    /// <summary>LARS's share of the velocity kept a step.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.9.</value>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Length of LARS's step relative to the weights' norm, before the learning rate.</summary>
    /// <value>Greater than 0. Default 0.001.</value>
    public double TrustCoefficient { get; set; } = 0.001;

    /// <summary>Weight decay of the weights; the bias has none.</summary>
    /// <value>At least 0. Default 0.</value>
    public double WeightDecay { get; set; }

    /// <summary>Decides initial weights and order.</summary>
    /// <value>Any. Default 0.</value>
    public ulong Seed { get; set; }

    /// <summary>An independent copy.</summary>
    public LinearProbeOptions Clone() => (LinearProbeOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Epochs >= 1, nameof(Epochs), Epochs, "be at least 1");
        errors.Require(WarmupEpochs >= 0 && WarmupEpochs <= Epochs, nameof(WarmupEpochs), WarmupEpochs, $"lie between 0 and Epochs {Epochs}");
        errors.Require(BatchSize >= 2, nameof(BatchSize), BatchSize, "be at least 2, as batch normalisation needs a variance");
        errors.Require(LearningRatePer256 > 0 && double.IsFinite(LearningRatePer256), nameof(LearningRatePer256), LearningRatePer256, "be greater than 0 and finite");
        errors.Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "be at least 0 and less than 1");
        errors.Require(TrustCoefficient > 0 && double.IsFinite(TrustCoefficient), nameof(TrustCoefficient), TrustCoefficient, "be greater than 0 and finite");
        errors.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "be at least 0 and finite");
    }
}
