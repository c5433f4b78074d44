using System.Text.Json;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.FewLabels;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

/// <summary>What classifies images by features when few labels are drawn. Immutable.</summary>
public sealed class FeatureClassifier
{
    private readonly Func<LabeledFeatures, int, FeatureMatrix, ulong, CancellationToken, int[]> _predict;

    private FeatureClassifier(string name, string settings, Func<LabeledFeatures, int, FeatureMatrix, ulong, CancellationToken, int[]> predict, bool isSeeded = false) =>
        (Name, Settings, _predict, IsSeeded) = (name, settings, predict, isSeeded);

    private string Name { get; }

    /// <summary>Whether chance plays a part beside the draw of the images.</summary>
    internal bool IsSeeded { get; }

    /// <summary>Everything that decides what it predicts.</summary>
    internal string Settings { get; }

    /// <summary>The class whose mean feature is most similar (features of unit length, cosine similarity): what few shots need.</summary>
    public static FeatureClassifier NearestCentroid() =>
        new("nearest centroid", "nearest centroid", (train, _, queries, _, cancellation) => Core.Evaluation.FewLabels.NearestCentroid.Classify(train.Features, train.Labels, queries, cancellation));

    /// <summary>Weighted k-NN (DINO's protocol).</summary>
    /// <param name="neighbors">Neighbours that vote; with fewer labelled images all of them vote.</param>
    /// <param name="temperature">Temperature of the votes, at least 0.02.</param>
    /// <exception cref="InvalidOptionsException">An argument lies outside its range.</exception>
    public static FeatureClassifier Knn(int neighbors = 20, double temperature = 0.07)
    {
        var options = new KnnOptions { Neighbors = neighbors, Temperature = temperature };
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(KnnOptions));
        return new FeatureClassifier($"{neighbors}-NN", FormattableString.Invariant($"k-NN {neighbors} {temperature:R}"), (train, classes, queries, _, cancellation) =>
        {
            var chosen = new KnnOptions { Neighbors = Math.Min(neighbors, train.Labels.Count), Temperature = temperature };
            return new KnnClassifier(train.Features, [.. train.Labels], classes, chosen).Classify(queries, cancellation).Predictions;
        });
    }

    /// <summary>A linear classifier.</summary>
    /// <param name="options">How it is trained; its seed is replaced by that of the draw. Null: by L-BFGS, <see cref="LinearProbeOptions.Fast"/>.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    public static FeatureClassifier LinearProbe(LinearProbeOptions? options = null)
    {
        options = (options ?? LinearProbeOptions.Fast()).Clone();
        options.Seed = 0;
        _ = new LinearProbeTrainer(options); // refuses impossible options here and not at the first draw
        string name = options.Solver switch { LinearProbeSolver.Lbfgs => "linear probe", var solver => $"linear probe, {solver.ToString().ToUpperInvariant()}" };
        int[] Predict(LabeledFeatures train, int classes, FeatureMatrix queries, ulong seed, CancellationToken cancellation)
        {
            var seeded = options.Clone();
            seeded.Seed = seed;
            var result = new LinearProbeTrainer(seeded).Fit(train, classes, cancellationToken: cancellation);
            // A probe that was stopped early is no result.
            cancellation.ThrowIfCancellationRequested();
            return LinearPredictions.Of(result.Weights, queries);
        }

        return new FeatureClassifier(name, $"linear probe {JsonSerializer.Serialize(options)}", Predict, options.Solver != LinearProbeSolver.Lbfgs);
    }

    /// <summary>The share of test rows whose class is predicted.</summary>
    internal double Accuracy(LabeledFeatures train, int classes, LabeledFeatures test, ulong seed, CancellationToken cancellation) =>
        ClassificationAccuracy.TopOne(_predict(train, classes, test.Features, seed, cancellation), [.. test.Labels]);

    /// <summary>The classifier in words.</summary>
    public override string ToString() => Name;
}
