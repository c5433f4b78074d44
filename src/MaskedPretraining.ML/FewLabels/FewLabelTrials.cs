using MaskedPretraining.Core.Evaluation.FewLabels;
using MaskedPretraining.ML.Classification;

namespace MaskedPretraining.ML.FewLabels;

/// <summary>Repeats draws of few labelled rows and scores a classifier on each.</summary>
internal static class FewLabelTrials
{
    /// <param name="features">All rows; every draw is tested on all test rows.</param>
    /// <param name="draws">Number of draws, at least 1.</param>
    /// <param name="draw">The training rows of a draw.</param>
    /// <param name="classifier">What learns from them.</param>
    /// <param name="seed">Decides, with the number of the draw, whatever the classifier draws.</param>
    /// <param name="cancellation">Stops between and within draws.</param>
    public static FewLabelMetrics Run(TrainTestFeatures features, int draws, Func<int, int[]> draw, FeatureClassifier classifier, ulong seed, CancellationToken cancellation)
    {
        var accuracies = new double[draws];
        int images = 0;
        for (int i = 0; i < draws; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = draw(i);
            images = rows.Length;
            accuracies[i] = classifier.Accuracy(features.TrainRows(rows), features.Classes, features.Test, unchecked(seed + ((ulong)i << 32)), cancellation);
        }

        return new FewLabelMetrics(images, accuracies, SampleSummary.Of(accuracies));
    }

    public static FewLabelMetrics Shots(TrainTestFeatures features, int shots, int draws, FeatureClassifier classifier, ulong seed, CancellationToken cancellation) =>
        Run(features, draws, draw => LabeledSubset.Shots(features.Train.Labels, features.Classes, shots, seed, draw, label => features.ClassNames[label]), classifier, seed, cancellation);

    public static FewLabelMetrics Share(TrainTestFeatures features, double share, int draws, FeatureClassifier classifier, ulong seed, CancellationToken cancellation) =>
        Run(features, draws, draw => LabeledSubset.Share(features.Train.Labels, features.Classes, share, seed, draw), classifier, seed, cancellation);
}
