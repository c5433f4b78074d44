namespace MaskedPretraining.Core.Schedules;

/// <summary>A straight line from a start value to the base value, which it reaches when the warm-up ends.</summary>
internal readonly record struct LinearWarmup(double Start, double Base, double Length)
{
    public bool Covers(double progress) => progress < Length;

    public double At(double progress) => Start + progress * (Base - Start) / Length;
}
