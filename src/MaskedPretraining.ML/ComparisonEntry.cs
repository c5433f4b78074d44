namespace MaskedPretraining.ML;

/// <summary>An entry of a comparison's table: all measurements of a method on a data set by a protocol. A row of its data view.</summary>
public sealed class ComparisonEntry
{
    /// <summary>Name of the encoder, or of several that are repetitions of one method.</summary>
    public required string Encoder { get; init; }

    /// <summary>Name of the data set.</summary>
    public required string DataSet { get; init; }

    /// <summary>Name of the protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>Measurements that count: encoders of the name times seeds, failures left out.</summary>
    public required int Runs { get; init; }

    /// <summary>Their mean, 0 to 1; NaN without measurements.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation, n - 1 in the denominator; NaN for fewer than two.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Half the width of the 95 % confidence interval over draws, of a single measurement that has one; NaN otherwise.</summary>
    public required double HalfWidth { get; init; }

    /// <summary>Mean seconds of a measurement, features not counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether no other encoder has a greater mean by this protocol on this data set; false if there is no other.</summary>
    public required bool IsBest { get; init; }

    /// <summary>Measurements that failed.</summary>
    public required int Failures { get; init; }
}
