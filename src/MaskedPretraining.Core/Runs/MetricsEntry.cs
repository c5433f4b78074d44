namespace MaskedPretraining.Core.Runs;

/// <summary>What was measured at a point of a run.</summary>
/// <param name="Step">Optimizer steps done since the start of the run.</param>
/// <param name="Values">The measurements by name.</param>
public sealed record MetricsEntry(long Step, IReadOnlyDictionary<string, double> Values);
