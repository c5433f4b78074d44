using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.Onnx.Probes;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Classifies images by the labelled images with the most similar features: the test of an encoder that trains nothing.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>label</term><description>key of known cardinality, at least 2 classes</description></item>
/// <item><term>features</term><description>vector of Single of known size D</description></item>
/// <item><term>PredictedLabel</term><description>key, with the label's key values</description></item>
/// <item><term>Score</term><description>vector of Single <c>[K]</c>: share of the votes of each class, summing to 1; slot names are the classes</description></item>
/// </list>
/// Weighted k-NN (Wu et al. 2018) with DINO's protocol (Caron et al. 2021): cosine similarity, the k nearest vote with exp(similarity / T), k = 20, T = 0.07. Deterministic.
/// Keeps all labelled features in memory and in the saved model, 4 D bytes a row. Thread safe; can be fitted again.
/// </remarks>
public sealed class KnnEstimator : IEstimator<KnnTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly string _labelColumnName;
    private readonly string _featureColumnName;
    private readonly KnnOptions _options;

    internal KnnEstimator(MLContext context, string labelColumnName, string featureColumnName, KnnOptions options)
    {
        _options = options.Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(KnnOptions));
        (_context, _labelColumnName, _featureColumnName) = (context, labelColumnName, featureColumnName);
        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.Knn));
    }

    /// <summary>Reads the labelled rows.</summary>
    /// <param name="input">Data with the label and feature columns. Rows without a label are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no labelled rows, or all are of one class.</exception>
    /// <exception cref="InvalidOptionsException">There are fewer rows than neighbours.</exception>
    public KnnTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start(nameof(Fit));
        FeatureTable.WidthOf(input.Schema, _featureColumnName);
        var labels = ClassLabels.Of(input.Schema, _labelColumnName);
        var table = FeatureTable.Read(input, _labelColumnName, _featureColumnName, labels);
        var errors = new OptionErrors();
        errors.Require(_options.Neighbors <= table.Rows, nameof(_options.Neighbors), _options.Neighbors, $"be at most {table.Rows}, the number of labelled rows");
        errors.ThrowIfAny(nameof(KnnOptions));
        channel.Info(MessageSensitivity.None, "{0} labelled rows of {1} features, {2} classes, {3} neighbours vote.", table.Rows, table.Width, labels.Count, _options.Neighbors);
        var features = new FeatureMatrix(table.Width, table.Features);
        void Export(ProbeExportOptions options, string path) => KnnExporter.Export(features, table.Labels, labels.Count, _options, options, path);
        return new KnnTransformer(_context, new ClassifierScoring(_context, labels, _featureColumnName, table.Width, Export));
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ClassifierColumns.Announce(inputSchema, _labelColumnName, _featureColumnName);
    }
}
