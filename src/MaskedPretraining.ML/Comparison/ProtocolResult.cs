namespace MaskedPretraining.ML.Comparison;

/// <summary>What a protocol measured.</summary>
/// <param name="Value">The measure, 0 to 1; more is better.</param>
/// <param name="HalfWidth">Half the width of its 95 % confidence interval over draws; null if the protocol draws once or not at all.</param>
internal readonly record struct ProtocolResult(double Value, double? HalfWidth = null);
