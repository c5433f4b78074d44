namespace MaskedPretraining.Core.Schedules;

/// <summary>The cosine schedule of SimMIM and timm: a linear warm-up, then half a cosine that has been running since the start of the run.</summary>
/// <remarks>
/// <c>t &lt; warmup: start + t (base - start)/warmup</c>; <c>t &gt;= total: min</c>; else <c>min + (base - min)/2 (1 + cos(pi t/total))</c>. Since t counts the warm-up, the rate
/// jumps down a little when the warm-up ends. Progress is meant in whole steps.
/// </remarks>
public sealed class CosineIncludingWarmupSchedule : ILearningRateSchedule
{
    private readonly LinearWarmup _warmup;
    private readonly double _minimum;
    private readonly double _total;

    /// <summary>Creates a schedule.</summary>
    /// <param name="baseRate">Learning rate at the top of the cosine.</param>
    /// <param name="minimum">Learning rate at the end of the run.</param>
    /// <param name="warmupStart">Learning rate at the start of the warm-up.</param>
    /// <param name="warmup">Length of the warm-up, at least 0.</param>
    /// <param name="total">Length of the run with the warm-up, greater than 0.</param>
    public CosineIncludingWarmupSchedule(double baseRate, double minimum, double warmupStart, double warmup, double total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        (_warmup, _minimum, _total) = (new LinearWarmup(warmupStart, baseRate, warmup), minimum, total);
    }

    /// <inheritdoc/>
    public double At(double progress) => progress switch
    {
        _ when _warmup.Covers(progress) => _warmup.At(progress),
        _ when progress >= _total => _minimum,
        _ => _minimum + (_warmup.Base - _minimum) / 2 * (1 + Math.Cos(Math.PI * progress / _total)),
    };
}
