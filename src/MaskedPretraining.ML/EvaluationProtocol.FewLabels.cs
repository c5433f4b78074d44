using System.Globalization;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Comparison;
using MaskedPretraining.ML.FewLabels;

namespace MaskedPretraining.ML;

public sealed partial class EvaluationProtocol
{
    /// <summary>Accuracy with a few labelled images of every class, the mean of several draws. The seed decides the draws.</summary>
    /// <param name="shots">Images of a class, at least 1; every class needs as many.</param>
    /// <param name="draws">Number of draws, at least 1. With the same seed, a draw of more shots contains that of fewer.</param>
    /// <param name="classifier">What learns from the drawn images; null: <see cref="FeatureClassifier.NearestCentroid"/>.</param>
    /// <exception cref="InvalidOptionsException">An argument lies outside its range; the message lists every one.</exception>
    public static EvaluationProtocol FewShot(int shots = 5, int draws = 10, FeatureClassifier? classifier = null)
    {
        classifier ??= FeatureClassifier.NearestCentroid();
        var errors = new OptionErrors();
        errors.Require(shots >= 1, nameof(shots), shots, "be at least 1");
        errors.Require(draws >= 1, nameof(draws), draws, "be at least 1");
        errors.ThrowIfAny(nameof(FewShot));
        return new EvaluationProtocol($"{shots}-shot, {classifier}", $"{shots} shots, {draws} draws, {classifier.Settings}", isSeeded: true, (subject, seed, cancellation) =>
            Summary(FewLabelTrials.Shots(subject.Features, shots, draws, classifier, seed, cancellation)));
    }

    /// <summary>Accuracy with a share of the labelled images of every class, at least one each, the mean of several draws. The seed decides the draws.</summary>
    /// <param name="share">Greater than 0 and at most 1; 0.01 is one percent.</param>
    /// <param name="draws">Number of draws, at least 1. With the same seed, a draw of a larger share contains that of a smaller.</param>
    /// <param name="classifier">What learns from the drawn images; null: <see cref="FeatureClassifier.LinearProbe"/>.</param>
    /// <exception cref="InvalidOptionsException">An argument lies outside its range; the message lists every one.</exception>
    public static EvaluationProtocol LowLabel(double share, int draws = 3, FeatureClassifier? classifier = null)
    {
        classifier ??= FeatureClassifier.LinearProbe();
        var errors = new OptionErrors();
        errors.Require(share is > 0 and <= 1, nameof(share), share, "be greater than 0 and at most 1; 0.01 is one percent");
        errors.Require(draws >= 1, nameof(draws), draws, "be at least 1");
        errors.ThrowIfAny(nameof(LowLabel));
        string percent = (100 * share).ToString("0.###", CultureInfo.InvariantCulture);
        return new EvaluationProtocol(
            $"{percent} % of labels, {classifier}",
            FormattableString.Invariant($"share {share:R}, {draws} draws, {classifier.Settings}"),
            isSeeded: true,
            (subject, seed, cancellation) => Summary(FewLabelTrials.Share(subject.Features, share, draws, classifier, seed, cancellation)));
    }

    private static ProtocolResult Summary(FewLabelMetrics metrics) =>
        new(metrics.Summary.Mean, metrics.Summary.Count > 1 ? metrics.Summary.ConfidenceHalfWidth : null);
}
