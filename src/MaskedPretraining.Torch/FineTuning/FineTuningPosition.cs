namespace MaskedPretraining.Torch.FineTuning;

/// <summary>Where a run stands between two steps: everything beside tensors that a resumed run has to know.</summary>
internal sealed record FineTuningPosition
{
    /// <summary>The epoch of the next step.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps of that epoch already done.</summary>
    public int StepInEpoch { get; init; }

    /// <summary>Steps done in all.</summary>
    public long Step { get; init; }

    /// <summary>Sum of the losses of that epoch's steps, added in their order.</summary>
    public double LossSum { get; init; }

    /// <summary>The best epoch so far; -1 before the first validation.</summary>
    public int BestEpoch { get; init; } = -1;

    /// <summary>Its validation accuracy.</summary>
    public double BestAccuracy { get; init; }

    /// <summary>Its validation loss.</summary>
    public double BestLoss { get; init; }

    /// <summary>Whether another validation is better.</summary>
    public bool IsBeatenBy(double accuracy, double loss) => BestEpoch < 0 || accuracy > BestAccuracy || (accuracy == BestAccuracy && loss < BestLoss);
}
