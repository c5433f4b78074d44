namespace MaskedPretraining.Torch.Optimization;

/// <summary>A decay of <see cref="WeightAverage"/> that rises linearly over the first epochs, so that an average forgets the first weights sooner than later ones.</summary>
/// <param name="Start">Decay at the start of the run.</param>
/// <param name="End">Decay from the end of the ramp on.</param>
/// <param name="Epochs">Length of the ramp, greater than 0.</param>
internal readonly record struct AverageDecayRamp(double Start, double End, double Epochs)
{
    /// <summary>That of HPM's teacher (Wang et al. 2023): 0.999 to 0.9999 over 100 epochs, whatever the run's length.</summary>
    public static AverageDecayRamp Hpm { get; } = new(0.999, 0.9999, 100);

    /// <summary>The ramp, but no more than <c>(1 + t) / (10 + t)</c> after t steps: an average looks back over a tenth of the steps so far until the ramp allows no more.</summary>
    /// <param name="epoch">Epochs behind us.</param>
    /// <param name="steps">Steps t that the average has taken in.</param>
    public double At(double epoch, long steps) => Math.Min(At(epoch), (1.0 + steps) / (10 + steps));

    /// <param name="epoch">Epochs behind us, with fractions.</param>
    public double At(double epoch) => Start + ((End - Start) * Math.Min(1, epoch / Epochs));
}
