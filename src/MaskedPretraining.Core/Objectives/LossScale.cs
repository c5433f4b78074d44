namespace MaskedPretraining.Core.Objectives;

/// <summary>What the sum of weighted errors is multiplied by. It is then divided by the number of masked patches.</summary>
public enum LossScale
{
    /// <summary><see cref="AttentionLossOptions.Gamma"/>: the mean over masked patches of AttG's weighted error.</summary>
    Fixed,

    /// <summary>The number of masked patches of a batch divided by the sum of their weights: the loss is their weighted mean and stays on the scale of the plain loss.</summary>
    InverseMeanWeight,
}
