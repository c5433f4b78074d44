namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>What a query should find in the database.</summary>
/// <param name="Relevant">Indices of the images to find, from 0.</param>
/// <param name="Ignored">Indices of images that count neither way: they are taken out of the ranking. An image in both lists is ignored.</param>
public sealed record RetrievalTruth(IReadOnlyList<int> Relevant, IReadOnlyList<int> Ignored);
