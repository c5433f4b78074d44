namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>How well copies made by one kind of attack are traced to their originals.</summary>
/// <param name="Name">The attack, such as a strength of JPEG compression; empty if attacks are not told apart.</param>
/// <param name="Queries">Copies.</param>
/// <param name="MeanAveragePrecision">Mean of their average precision, 0 to 1.</param>
public sealed record CopyDetectionBlock(string Name, int Queries, double MeanAveragePrecision);
