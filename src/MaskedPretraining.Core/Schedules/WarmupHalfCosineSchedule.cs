namespace MaskedPretraining.Core.Schedules;

/// <summary>MAE's schedule: linear to the peak, then half a cosine down to the end, which starts to count after the warm-up.</summary>
/// <remarks><c>e &lt; warmup: start + (peak - start) e / warmup</c>; else <c>min + (peak - min)/2 (1 + cos(pi (e - warmup)/(total - warmup)))</c>. MAE updates it every step with e in fractional epochs.</remarks>
public sealed class WarmupHalfCosineSchedule : ILearningRateSchedule
{
    private readonly double _start;
    private readonly double _peak;
    private readonly double _minimum;
    private readonly double _warmup;
    private readonly double _total;

    /// <summary>Creates a schedule.</summary>
    /// <param name="peak">Learning rate at the end of the warm-up.</param>
    /// <param name="minimum">Learning rate at the end of the run; MAE has 0.</param>
    /// <param name="warmup">Length of the warm-up, at least 0.</param>
    /// <param name="total">Length of the run with the warm-up, at least <paramref name="warmup"/>.</param>
    /// <param name="start">Learning rate at the first step; MAE has 0.</param>
    public WarmupHalfCosineSchedule(double peak, double minimum, double warmup, double total, double start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, warmup);
        (_start, _peak, _minimum, _warmup, _total) = (start, peak, minimum, warmup, total);
    }

    /// <inheritdoc/>
    public double At(double progress)
    {
        if (progress < _warmup)
        {
            return _start + ((_peak - _start) * progress / _warmup);
        }

        // A run that is all warm-up ends at its peak.
        double share = _total > _warmup ? (progress - _warmup) / (_total - _warmup) : 0;
        return _minimum + (_peak - _minimum) / 2 * (1 + Math.Cos(Math.PI * share));
    }
}
