namespace MaskedPretraining.Core.Schedules;

/// <summary>A linear warm-up, then a constant rate that is multiplied by a factor at every milestone (SimMIM's schedule for 800 epochs).</summary>
/// <remarks><c>t &lt; warmup: start + t (base - start)/warmup</c>; else <c>base factor^(milestones &lt;= t)</c>. Progress is meant in whole steps.</remarks>
public sealed class MultiStepSchedule : ILearningRateSchedule
{
    private readonly LinearWarmup _warmup;
    private readonly double[] _milestones;
    private readonly double _factor;

    /// <summary>Creates a schedule.</summary>
    /// <param name="baseRate">Learning rate after the warm-up.</param>
    /// <param name="warmupStart">Learning rate at the start of the warm-up.</param>
    /// <param name="warmup">Length of the warm-up, at least 0.</param>
    /// <param name="milestones">Where the rate is multiplied, in any order; copied.</param>
    /// <param name="factor">By what. SimMIM has 0.1.</param>
    public MultiStepSchedule(double baseRate, double warmupStart, double warmup, IReadOnlyList<double> milestones, double factor)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        (_warmup, _milestones, _factor) = (new LinearWarmup(warmupStart, baseRate, warmup), [.. milestones], factor);
    }

    /// <inheritdoc/>
    public double At(double progress) =>
        _warmup.Covers(progress) ? _warmup.At(progress) : _warmup.Base * Math.Pow(_factor, _milestones.Count(milestone => milestone <= progress));
}
