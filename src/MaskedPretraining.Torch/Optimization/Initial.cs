namespace MaskedPretraining.Torch.Optimization;

/// <summary>Initial values of parameters. Drawn from Core's random streams: the engine's own generator would tie a run to device and thread count.</summary>
internal static class Initial
{
    public static Initializer Zeros { get; } = static (values, _) => values.Clear();

    public static Initializer Ones { get; } = static (values, _) => values.Fill(1);

    public static Initializer Constant(double value) => (values, _) => values.Fill((float)value);

    /// <summary>Another's values times a factor.</summary>
    public static Initializer Scaled(Initializer initializer, double factor) => (values, random) =>
    {
        initializer(values, random);
        foreach (ref float value in values)
        {
            value = (float)(value * factor);
        }
    };

    /// <summary>Uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010), MAE's choice for every matrix.</summary>
    public static Initializer XavierUniform(long fanIn, long fanOut) => Uniform(Math.Sqrt(6.0 / (fanIn + fanOut)));

    public static Initializer Uniform(double bound) => (values, random) =>
    {
        foreach (ref float value in values)
        {
            value = (float)(((2 * random.NextDouble()) - 1) * bound);
        }
    };

    /// <summary>Normal with mean 0. What timm calls a truncated normal cuts at ±2 and not at two deviations, which for the deviations used here (0.01, 0.02) never happens.</summary>
    public static Initializer Normal(double standardDeviation) => (values, random) =>
    {
        foreach (ref float value in values)
        {
            value = (float)(random.NextGaussian() * standardDeviation);
        }
    };

    /// <summary>Normal with mean 0, drawn again until it lies within ±<paramref name="cut"/>. SimMIM cuts at one deviation, 0.02, which leaves a deviation of 0.0108.</summary>
    /// <param name="standardDeviation">Deviation before the cut.</param>
    /// <param name="cut">Greater than 0. Far below the deviation most draws are in vain.</param>
    public static Initializer TruncatedNormal(double standardDeviation, double cut)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cut);
        return (values, random) =>
        {
            foreach (ref float value in values)
            {
                double drawn;
                do
                {
                    drawn = random.NextGaussian() * standardDeviation;
                }
                while (Math.Abs(drawn) > cut);
                value = (float)drawn;
            }
        };
    }
}
