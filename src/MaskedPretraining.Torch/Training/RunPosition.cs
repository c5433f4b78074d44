namespace MaskedPretraining.Torch.Training;

/// <summary>Where a run stands between two steps: everything beside tensors that a resumed run has to know.</summary>
internal sealed class RunPosition
{
    /// <summary>The epoch of the next step.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps of that epoch already done.</summary>
    public int StepInEpoch { get; set; }

    /// <summary>Steps done in all.</summary>
    public long Step { get; set; }

    /// <summary>Sum of the losses of that epoch's steps, added in their order.</summary>
    public StepLosses LossSums { get; set; }

    /// <summary>Sums of what else was measured in them.</summary>
    public MeasureSums Measures { get; } = new();
}
