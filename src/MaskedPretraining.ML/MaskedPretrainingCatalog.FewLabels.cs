using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.FewLabels;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Few shots: draws a few labelled images of every class, several times, and measures how well they classify the test images.</summary>
    /// <param name="trainData">Labelled images with features to draw from.</param>
    /// <param name="testData">Labelled images with features; all of them are classified in every draw.</param>
    /// <param name="shots">Images of a class, at least 1; every class of <paramref name="trainData"/> needs as many.</param>
    /// <param name="draws">Number of draws, at least 1. With the same seed, a draw of more shots contains that of fewer.</param>
    /// <param name="classifier">What learns from the drawn images; null: <see cref="FeatureClassifier.NearestCentroid"/>.</param>
    /// <param name="labelColumnName">Label column: text, number, boolean or key. Labels that read the same are the same class. Rows without a label are left out.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <exception cref="InvalidOptionsException">An argument lies outside its range; the message lists every one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">A class has fewer images than shots, test images have a class without training images, or there is only one class.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was stopped.</exception>
    public FewLabelMetrics EvaluateFewShot(
        IDataView trainData,
        IDataView testData,
        int shots = 5,
        int draws = 10,
        FeatureClassifier? classifier = null,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        var errors = new OptionErrors();
        errors.Require(shots >= 1, nameof(shots), shots, "be at least 1");
        errors.Require(draws >= 1, nameof(draws), draws, "be at least 1");
        errors.ThrowIfAny(nameof(EvaluateFewShot));
        var features = ReadPair(trainData, testData, labelColumnName, featureColumnName, nameof(EvaluateFewShot), cancellationToken);
        return FewLabelTrials.Shots(features, shots, draws, classifier ?? FeatureClassifier.NearestCentroid(), seed, cancellationToken);
    }

    /// <summary>Few labels: draws a share of the labelled images of every class, at least one each, several times, and measures how well they classify the test images.</summary>
    /// <param name="trainData">Labelled images with features to draw from.</param>
    /// <param name="testData">Labelled images with features; all of them are classified in every draw.</param>
    /// <param name="share">Share of each class, greater than 0 and at most 1; 0.01 is one percent.</param>
    /// <param name="draws">Number of draws, at least 1. With the same seed, a draw of a larger share contains that of a smaller.</param>
    /// <param name="classifier">What learns from the drawn images; null: <see cref="FeatureClassifier.LinearProbe"/>.</param>
    /// <param name="labelColumnName">Label column: text, number, boolean or key. Labels that read the same are the same class. Rows without a label are left out.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <inheritdoc cref="EvaluateFewShot" path="/exception"/>
    public FewLabelMetrics EvaluateLowLabel(
        IDataView trainData,
        IDataView testData,
        double share = 0.01,
        int draws = 5,
        FeatureClassifier? classifier = null,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        var errors = new OptionErrors();
        errors.Require(share is > 0 and <= 1, nameof(share), share, "be greater than 0 and at most 1; 0.01 is one percent");
        errors.Require(draws >= 1, nameof(draws), draws, "be at least 1");
        errors.ThrowIfAny(nameof(EvaluateLowLabel));
        var features = ReadPair(trainData, testData, labelColumnName, featureColumnName, nameof(EvaluateLowLabel), cancellationToken);
        return FewLabelTrials.Share(features, share, draws, classifier ?? FeatureClassifier.LinearProbe(), seed, cancellationToken);
    }

    private TrainTestFeatures ReadPair(IDataView trainData, IDataView testData, string labelColumnName, string featureColumnName, string caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(testData);
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(featureColumnName);
        using var channel = ((IChannelProvider)_context).Start(caller);
        var train = NamedFeatures.Read(trainData, labelColumnName, featureColumnName, cancellation);
        var test = NamedFeatures.Read(testData, labelColumnName, featureColumnName, cancellation);
        var features = TrainTestFeatures.Of(train, test);
        channel.Info(
            MessageSensitivity.None,
            "{0} training and {1} test rows of {2} features, {3} classes ({4} rows have no label and are left out).",
            train.Names.Length,
            test.Names.Length,
            train.Features.Width,
            features.Classes,
            train.Unlabelled + test.Unlabelled);
        return features;
    }
}
