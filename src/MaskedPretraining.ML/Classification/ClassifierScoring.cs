using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Probes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>A classifier over features as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class ClassifierScoring
{
    private const string ModelName = "classifier.onnx";
    private readonly MLContext _context;
    private readonly ClassLabels _labels;
    private readonly string _featureColumn;
    private readonly int _width;
    private readonly Action<ProbeExportOptions, string> _export;

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="featureColumn">The user's feature column.</param>
    /// <param name="width">Its size.</param>
    /// <param name="export">Writes the classifier as an ONNX model.</param>
    public ClassifierScoring(MLContext context, ClassLabels labels, string featureColumn, int width, Action<ProbeExportOptions, string> export)
    {
        (_context, _labels, _featureColumn, _width, _export) = (context, labels, featureColumn, width, export);
        using var files = new ScratchDirectory(context);
        string path = files.File(ModelName);
        export(new ProbeExportOptions { InputName = ClassifierColumns.FeatureInput, ScoreName = ClassifierColumns.ScoreOutput, ClassName = null }, path);
        Plan = new ScoringPlan
        {
            Input = new InputColumn(featureColumn, featureColumn, null, column => FeatureTable.Problem(column, width)),
            Model = new OnnxBatchModel(path, [ClassifierColumns.ScoreOutput], context.GpuDeviceId),
            Columns = ClassifierColumns.Create(labels),
        };
    }

    public ScoringPlan Plan { get; }

    /// <summary>Writes the classifier as an ONNX model for use outside of ML.NET: input <c>Features</c>, outputs <c>Score</c> and <c>class</c>.</summary>
    public void Export(string path) => _export(new ProbeExportOptions { ClassNames = _labels.Names }, path);

    /// <summary>The chain of in-box parts that does the same.</summary>
    /// <param name="directory">Where its model lies until the chain is saved.</param>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        _export(
            new ProbeExportOptions
            {
                InputName = ClassifierColumns.FeatureInput,
                ScoreName = ClassifierColumns.ScoreOutput,
                ClassName = null,
                OneHotName = ClassifierColumns.OneHotOutput,
                ClassNames = _labels.Names,
                SingleRow = true,
            },
            path);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_featureColumn, new VectorDataViewType(NumberDataViewType.Single, _width));
        var transforms = _context.Transforms;
        return new InBoxChain(schema.ToSchema())
            .Append(transforms.CopyColumns(ClassifierColumns.FeatureInput, _featureColumn))
            .Append(transforms.ApplyOnnxModel([ClassifierColumns.ScoreOutput, ClassifierColumns.OneHotOutput], [ClassifierColumns.FeatureInput], path))
            .Append(OneHotToKey)
            // The Naive Bayes model adds a Score of its own; ours takes its place.
            .Append(transforms.CopyColumns(ClassifierColumns.Score, ClassifierColumns.ScoreOutput))
            .DropTemporaries(transforms);
    }

    /// <summary>Nothing in ML.NET but a classifier makes a key of a vector, so one is trained on a one-hot row a class: it answers with exactly the hot class.</summary>
    private ITransformer OneHotToKey(DataViewSchema schema)
    {
        var type = (VectorDataViewType)schema[ClassifierColumns.OneHotOutput].Type;
        var rows = new OneHotView(ClassifierColumns.OneHotOutput, type, _labels.Type, _labels.KeyValueAnnotations());
        return _context.MulticlassClassification.Trainers.NaiveBayes(OneHotView.LabelColumn, ClassifierColumns.OneHotOutput).Fit(rows);
    }
}
