namespace MaskedPretraining.Onnx.Scoring;

/// <summary>What an output of a freshly exported model should be.</summary>
/// <param name="Name">Name of the output.</param>
/// <param name="Values">Its rows, one after the other, from the network that was exported.</param>
/// <param name="Tolerance">Largest difference allowed, as a share of the largest absolute value expected.</param>
public sealed record ExpectedOutput(string Name, ReadOnlyMemory<float> Values, double Tolerance = ExportCheck.FeatureTolerance);
