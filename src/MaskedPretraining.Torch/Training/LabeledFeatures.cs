using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>Feature vectors with a class number each.</summary>
/// <param name="Features"><c>[n, D]</c>.</param>
/// <param name="Labels">Class numbers from 0, <c>[n]</c>.</param>
public sealed record LabeledFeatures(FeatureMatrix Features, IReadOnlyList<int> Labels);
