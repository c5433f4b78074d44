using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>When attention maps start to guide the masks, and before which epochs they are made anew from the encoder being trained. Thread safe.</summary>
/// <remarks>
/// Random masking before epoch T0, guided from T0 on; maps are made before T0 and every K epochs after. With 400 epochs the defaults are T0 = 41, K = 40: nine makings, as AMT's released code,
/// which has 40 written into it; other lengths keep the proportion.
/// </remarks>
public sealed class AttentionRefreshSchedule
{
    private const double DefaultShare = 0.1;

    private readonly int? _startEpoch;
    private readonly int? _interval;

    /// <summary>Creates a schedule.</summary>
    /// <param name="startEpoch">First guided epoch T0, from 0; null: <c>round(0.1 E) + 1</c> of E epochs.</param>
    /// <param name="interval">Epochs K between makings, at least 1; null: <c>round(0.1 E)</c>, at least 1.</param>
    public AttentionRefreshSchedule(int? startEpoch = null, int? interval = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startEpoch ?? 0, nameof(startEpoch));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interval ?? 1, nameof(interval));
        (_startEpoch, _interval) = (startEpoch, interval);
    }

    /// <summary>Whether maps guide the masks of an epoch.</summary>
    /// <param name="progress">The epoch, and how many there are.</param>
    public bool IsGuided(TrainingProgress progress) => progress.Epoch >= StartOf(progress.Epochs);

    /// <summary>Whether the maps are made anew before an epoch.</summary>
    /// <param name="progress">The epoch, and how many there are.</param>
    public bool RefreshesBefore(TrainingProgress progress) => progress.Epoch == LastRefreshAt(progress);

    /// <summary>Before which epoch the maps that guide an epoch were made: what a resumed run has to make again, from the weights of then.</summary>
    /// <param name="progress">The epoch, and how many there are.</param>
    /// <returns>An epoch up to this one; null if it is not guided.</returns>
    public int? LastRefreshAt(TrainingProgress progress)
    {
        int start = StartOf(progress.Epochs);
        int interval = _interval ?? Math.Max(1, Round(progress.Epochs));
        return progress.Epoch < start ? null : progress.Epoch - (progress.Epoch - start) % interval;
    }

    /// <summary>Refuses a start that was asked for and that a run of so many epochs never reaches.</summary>
    internal void RequireStartWithin(int epochs, string owner)
    {
        var errors = new OptionErrors();
        errors.Require(_startEpoch is null || _startEpoch < epochs, "StartEpoch", _startEpoch, $"be less than the run's {epochs} epochs, or nothing is ever guided (lower it, train longer, or mask at random)");
        errors.ThrowIfAny(owner);
    }

    private int StartOf(int epochs) => _startEpoch ?? Round(epochs) + 1;

    private static int Round(int epochs) => (int)Math.Round(DefaultShare * epochs);
}
