using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env)
        : base(env)
        => Trainers = new MulticlassClassificationTrainers(this);

    public MulticlassClassificationTrainers Trainers { get; }

    public MulticlassClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", int topKPredictionCount = 0)
    {
        Checks.NotNull(data, nameof(data));
        Checks.NonEmpty(labelColumnName, nameof(labelColumnName));
        Checks.NonEmpty(scoreColumnName, nameof(scoreColumnName));
        Checks.NonEmpty(predictedLabelColumnName, nameof(predictedLabelColumnName));
        return MulticlassEvaluation.Run(data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }

    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label", string samplingKeyColumnName = null, int? seed = null)
    {
        Checks.NotNull(data, nameof(data));
        Checks.NotNull(estimator, nameof(estimator));
        Checks.That(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        Checks.NonEmpty(labelColumnName, nameof(labelColumnName));
        int salt = seed ?? Environment.Register(nameof(CrossValidate)).Rand.Next();
        var results = new List<CrossValidationResult<MulticlassClassificationMetrics>>();
        for (int fold = 0; fold < numberOfFolds; fold++)
        {
            double first = (double)fold / numberOfFolds, last = fold == numberOfFolds - 1 ? double.PositiveInfinity : (fold + 1.0) / numberOfFolds;
            ITransformer model = estimator.Fit(RowSampling.Filter(data, samplingKeyColumnName, salt, share => share < first || share >= last));
            IDataView scores = model.Transform(RowSampling.Filter(data, samplingKeyColumnName, salt, share => share >= first && share < last));
            results.Add(new CrossValidationResult<MulticlassClassificationMetrics>(model, Evaluate(scores, labelColumnName), scores, fold));
        }

        return results;
    }

    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog catalog)
            : base(catalog)
        {
        }
    }
}
