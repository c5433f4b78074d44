namespace MaskedPretraining.ML;

/// <summary>One measurement of a comparison: an encoder on a data set by a protocol with a seed.</summary>
/// <param name="Encoder">Name of the encoder.</param>
/// <param name="DataSet">Name of the data set.</param>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Seed">The seed; null if the protocol depends on none.</param>
public sealed record ComparisonCell(string Encoder, string DataSet, string Protocol, ulong? Seed)
{
    /// <summary>The measure, 0 to 1; NaN if the cell failed.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>Half the width of the measure's 95 % confidence interval over draws; null if the protocol draws once or not at all.</summary>
    public double? HalfWidth { get; init; }

    /// <summary>What the measurement took in seconds, features not counted, which are computed once for all protocols. Of a cell that was kept: what it took then.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether an earlier run measured it.</summary>
    public bool WasKept { get; init; }

    /// <summary>What went wrong; null if nothing.</summary>
    public string? Failure { get; init; }
}
