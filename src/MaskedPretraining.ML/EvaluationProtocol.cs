using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Comparison;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

/// <summary>A way to measure what features are worth; a column of a comparison's table. All measures are shares from 0 to 1, more is better. Immutable.</summary>
public sealed partial class EvaluationProtocol
{
    private readonly Func<EvaluationSubject, ulong, CancellationToken, ProtocolResult> _run;
    private readonly string? _maskColumnName;

    private EvaluationProtocol(string name, string settings, bool isSeeded, Func<EvaluationSubject, ulong, CancellationToken, ProtocolResult> run, string? maskColumnName = null) =>
        (Name, Settings, IsSeeded, _run, _maskColumnName) = (name, settings, isSeeded, run, maskColumnName);

    /// <summary>What the protocol is called in tables.</summary>
    public string Name { get; }

    /// <summary>Whether the result depends on a seed; if not, the protocol is run once and not once a seed.</summary>
    public bool IsSeeded { get; }

    /// <summary>Everything that decides the result, beside encoder, data and seed.</summary>
    internal string Settings { get; }

    /// <summary>Accuracy of weighted k-NN (DINO's protocol). Without a seed.</summary>
    /// <param name="neighbors">Neighbours that vote, at most the number of labelled training images.</param>
    /// <param name="temperature">Temperature of the votes, at least 0.02.</param>
    /// <exception cref="InvalidOptionsException">An argument lies outside its range.</exception>
    public static EvaluationProtocol Knn(int neighbors = 20, double temperature = 0.07)
    {
        var options = new KnnOptions { Neighbors = neighbors, Temperature = temperature };
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(KnnOptions));
        return new EvaluationProtocol($"{neighbors}-NN", FormattableString.Invariant($"k-NN {neighbors} {temperature:R}"), isSeeded: false, (subject, _, cancellation) =>
        {
            var (train, test) = (subject.Features.Train, subject.Features.Test);
            var classifier = new KnnClassifier(train.Features, [.. train.Labels], subject.Features.Classes, options);
            return new ProtocolResult(ClassificationAccuracy.TopOne(classifier.Classify(test.Features, cancellation).Predictions, [.. test.Labels]));
        });
    }

    /// <summary>Accuracy of a linear probe on all training images. The seed decides first weights and order; L-BFGS needs none.</summary>
    /// <param name="options">How it is trained; its seed is replaced. Null: by L-BFGS, <see cref="LinearProbeOptions.Fast"/>. MAE's protocol is the default of <see cref="LinearProbeOptions"/>.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    public static EvaluationProtocol LinearProbe(LinearProbeOptions? options = null)
    {
        var classifier = FeatureClassifier.LinearProbe(options);
        return new EvaluationProtocol(classifier.ToString(), classifier.Settings, classifier.IsSeeded, (subject, seed, cancellation) =>
            new ProtocolResult(classifier.Accuracy(subject.Features.Train, subject.Features.Classes, subject.Features.Test, seed, cancellation)));
    }

    /// <summary>The columns of a data set that decide the result.</summary>
    internal string[] ColumnsOf(ComparedDataSet data) => [data.ImageColumnName, data.LabelColumnName, .. _maskColumnName is null ? [] : new[] { _maskColumnName }];

    /// <summary>The protocol's name.</summary>
    public override string ToString() => Name;

    internal ProtocolResult Run(EvaluationSubject subject, ulong seed, CancellationToken cancellation) => _run(subject, seed, cancellation);
}
