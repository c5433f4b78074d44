namespace MaskedPretraining.Bench.Results;

/// <summary>One figure of a benchmark.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit"><c>images/s</c>, <c>ms</c>, <c>MiB</c>, ...; <see cref="Ratio"/> for a quotient of two figures of the same run.</param>
/// <param name="Baseline">For a ratio what stands below the line; null otherwise.</param>
internal sealed record Measurement(string Name, double Value, string Unit, string? Baseline = null)
{
    /// <summary>The unit of a quotient.</summary>
    public const string Ratio = "ratio";
}
