namespace MaskedPretraining.Torch.Optimization;

/// <summary>Initial values of parameters. Drawn from Core's random streams: the engine's own generator would tie a run to device and thread count.</summary>
internal static class Initial
{
    public static Initializer Zeros { get; } = static (values, _) => values.Clear();

    public static Initializer Ones { get; } = static (values, _) => values.Fill(1);

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
}
