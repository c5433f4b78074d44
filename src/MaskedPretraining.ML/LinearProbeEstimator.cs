using MaskedPretraining.ML.Classification;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Trains a linear classifier on the features of a frozen encoder: the standard test of how good features are, and a small classifier for few labels.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>label</term><description>key of known cardinality, at least 2 classes</description></item>
/// <item><term>features</term><description>vector of Single of known size D</description></item>
/// <item><term>PredictedLabel</term><description>key, with the label's key values</description></item>
/// <item><term>Score</term><description>vector of Single <c>[K]</c>: probability of each class; slot names are the classes</description></item>
/// </list>
/// <para>By default MAE's protocol (He et al. 2022, appendix A.1): batch normalisation without scale and shift, a linear layer, LARS, warm-up and half a cosine. Where it differs: small batches at
/// the rate that MAE has for 16,384, at least 3,000 steps, since sets are far smaller than ImageNet; features are computed once, without augmentation. <see cref="LinearProbeOptions.Mae"/>,
/// <see cref="LinearProbeOptions.Dino"/> and <see cref="LinearProbeOptions.Fast"/> are other protocols.</para>
/// All features lie in memory, 4 D bytes a row. Deterministic. Thread safe; can be fitted again.
/// </remarks>
public sealed class LinearProbeEstimator : IEstimator<LinearProbeTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly string _labelColumnName;
    private readonly string _featureColumnName;
    private readonly LinearProbeTrainer _trainer;
    private readonly CancellationToken _cancellationToken;

    internal LinearProbeEstimator(MLContext context, string labelColumnName, string featureColumnName, LinearProbeOptions options, CancellationToken cancellationToken)
    {
        _trainer = new LinearProbeTrainer(options);
        (_context, _labelColumnName, _featureColumnName, _cancellationToken) = (context, labelColumnName, featureColumnName, cancellationToken);
        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.LinearProbe));
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="input">Data with the label and feature columns. Rows without a label are left out.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)" path="/exception"/>
    public LinearProbeTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains a classifier and measures its accuracy on other rows after each epoch.</summary>
    /// <param name="trainData">Data with the label and feature columns. Rows without a label are left out.</param>
    /// <param name="validationData">Data with the same columns and the same keys; null for none. Rows of a class that no training row has count as wrong; a warning names such classes.</param>
    /// <returns>The classifier after the last epoch; after cancellation, as it was then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed; the label has one class.</exception>
    /// <exception cref="InvalidDataException">There are no labelled rows, or all are of one class.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public LinearProbeTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        using var channel = _host.Start(nameof(Fit));
        FeatureTable.WidthOf(trainData.Schema, _featureColumnName);
        var labels = ClassLabels.Of(trainData.Schema, _labelColumnName);
        var train = FeatureTable.Read(trainData, _labelColumnName, _featureColumnName, labels);
        var validation = validationData is null ? null : ReadValidation(validationData, labels, train.Width);
        channel.Info(MessageSensitivity.None, "{0} labelled rows of {1} features, {2} classes ({3} rows have no label and are left out).", train.Rows, train.Width, labels.Count, train.Unlabelled);
        if (validation is not null)
        {
            UnseenClasses.Report(channel, labels, train.Labels, validation.Labels);
        }

        var result = _trainer.Fit(train.ToLabeledFeatures(), labels.Count, validation?.ToLabeledFeatures(), labels.Names, new ProbeLog(channel), _cancellationToken);
        ProbeLog.End(channel, result);
        void Export(ProbeExportOptions options, string path) => LinearProbeExporter.Export(result.Weights, options, path);
        return new LinearProbeTransformer(_context, new ClassifierScoring(_context, labels, _featureColumnName, train.Width, Export), result);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ClassifierColumns.Announce(inputSchema, _labelColumnName, _featureColumnName);
    }

    private FeatureTable ReadValidation(IDataView data, ClassLabels labels, int width)
    {
        labels.CheckSame(ClassLabels.Of(data.Schema, _labelColumnName));
        var table = FeatureTable.Read(data, _labelColumnName, _featureColumnName, labels, mayHaveOneClass: true);
        return table.Width == width
            ? table
            : throw Data.ColumnErrors.Mismatch($"Feature column '{_featureColumnName}' has {table.Width} numbers in the validation data, but {width} in the training data. Use the same encoder for both.");
    }
}
