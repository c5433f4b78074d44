namespace MaskedPretraining.Torch.Training;

/// <summary>A training step that was started. On the CPU it is done; another device may still be at it, and works on while its outcome is waited for.</summary>
internal sealed class PendingStep
{
    private readonly Func<StepOutcome> _outcome;

    /// <param name="moment">When in the run.</param>
    /// <param name="outcome">What was found.</param>
    public PendingStep(StepMoment moment, StepOutcome outcome)
    {
        (Moment, _outcome) = (moment, () => outcome);
    }

    /// <param name="moment">When in the run.</param>
    /// <param name="outcome">Waits for what was found; called once.</param>
    public PendingStep(StepMoment moment, Func<StepOutcome> outcome)
    {
        (Moment, _outcome, IsUnderWay) = (moment, outcome, true);
    }

    /// <summary>When in the run.</summary>
    public StepMoment Moment { get; }

    /// <summary>Whether a device may still be at it, so that the next step is better started first.</summary>
    public bool IsUnderWay { get; }

    /// <summary>What was found; waits for it. To be called once, before the step after the next is started.</summary>
    public StepOutcome Complete() => _outcome();
}
