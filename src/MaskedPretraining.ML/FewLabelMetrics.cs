using MaskedPretraining.Core.Evaluation.FewLabels;

namespace MaskedPretraining.ML;

/// <summary>How well a classifier does with few labels, over several draws of them.</summary>
/// <param name="LabeledImages">Labelled images in a draw.</param>
/// <param name="Accuracies">Share of test images whose class was predicted, 0 to 1, one a draw.</param>
/// <param name="Summary">Their mean, standard deviation and 95 % confidence interval.</param>
public sealed record FewLabelMetrics(int LabeledImages, IReadOnlyList<double> Accuracies, SampleSummary Summary);
