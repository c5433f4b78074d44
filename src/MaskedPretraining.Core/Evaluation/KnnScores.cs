namespace MaskedPretraining.Core.Evaluation;

/// <summary>What a nearest-neighbour classifier says about a batch of queries.</summary>
/// <param name="Scores">Sum of the votes for each class, <c>[queries, classes]</c> row by row.</param>
/// <param name="Predictions">The class with the greatest score for each query, <c>[queries]</c>; the lower number if two are equal.</param>
public sealed record KnnScores(float[] Scores, int[] Predictions);
