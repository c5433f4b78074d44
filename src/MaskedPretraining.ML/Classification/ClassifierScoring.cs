using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Onnx.Classifiers;
using MaskedPretraining.Onnx.Probes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>A classifier as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class ClassifierScoring : IScoring
{
    private const string ModelName = "classifier.onnx";
    private readonly MLContext _context;
    private readonly ClassLabels _labels;
    private readonly string _modelInput;
    private readonly Func<InBoxChain> _startChain;
    private readonly Action<ProbeExportOptions, string> _export;

    /// <summary>A classifier over features.</summary>
    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="featureColumn">The user's feature column.</param>
    /// <param name="width">Its size.</param>
    /// <param name="export">Writes the classifier as an ONNX model.</param>
    public ClassifierScoring(MLContext context, ClassLabels labels, string featureColumn, int width, Action<ProbeExportOptions, string> export)
        : this(
            context,
            labels,
            new InputColumn(featureColumn, featureColumn, null, column => FeatureTable.Problem(column, width)),
            ClassifierColumns.FeatureInput,
            () => new InBoxChain(featureColumn, new VectorDataViewType(NumberDataViewType.Single, width)).Append(context.Transforms.CopyColumns(ClassifierColumns.FeatureInput, featureColumn)),
            export)
    {
    }

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="input">The user's column, prepared for the model.</param>
    /// <param name="modelInput">Name of the model's input in chains.</param>
    /// <param name="startChain">A chain from the user's column to the model's input.</param>
    /// <param name="export">Writes the classifier as an ONNX model.</param>
    /// <param name="check">Compares the exported model at a path with the network it came from; null if there is no network at hand.</param>
    private ClassifierScoring(
        MLContext context, ClassLabels labels, InputColumn input, string modelInput, Func<InBoxChain> startChain, Action<ProbeExportOptions, string> export, Action<string>? check = null)
    {
        (_context, _labels, _modelInput, _startChain, _export) = (context, labels, modelInput, startChain, export);
        var options = new ProbeExportOptions { InputName = modelInput, ScoreName = ClassifierColumns.ScoreOutput, ClassName = null };
        Plan = new ScoringPlan
        {
            Input = input,
            Model = new OnnxBatchModel(context, path => export(options, path), [ClassifierColumns.ScoreOutput], check),
            Columns = ClassifierColumns.Create(labels),
        };
    }

    /// <inheritdoc/>
    public ScoringPlan Plan { get; }

    /// <summary>An image classifier. The exported model is compared with torch before it is used.</summary>
    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="image">The user's image column, already checked.</param>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="InvalidOperationException">The exported model computes something else than the network.</exception>
    public static ClassifierScoring OfImages(MLContext context, ClassLabels labels, DataViewSchema.Column image, ImageClassifierWeights classifier)
    {
        var (name, type, architecture) = (image.Name, image.Type, classifier.Encoder.Architecture);
        return new ClassifierScoring(
            context,
            labels,
            ImageInput.Create(context, name, type, architecture),
            ImageInput.PixelColumn,
            () => ImageInput.AppendTo(new InBoxChain(name, type), context, name, type, architecture),
            (options, path) => ImageClassifierExporter.Export(classifier, options, path),
            ImageClassifierCheck.Of(classifier));
    }

    /// <summary>Writes the classifier as an ONNX model for use outside of ML.NET: input <c>Features</c> or <c>pixels</c>, outputs <c>Score</c> and <c>class</c>.</summary>
    public void Export(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _export(new ProbeExportOptions { ClassNames = _labels.Names }, path);
    }

    /// <inheritdoc/>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        _export(
            new ProbeExportOptions
            {
                InputName = _modelInput,
                ScoreName = ClassifierColumns.ScoreOutput,
                ClassName = null,
                OneHotName = ClassifierColumns.OneHotOutput,
                ClassNames = _labels.Names,
                SingleRow = true,
            },
            path);
        var transforms = _context.Transforms;
        return _startChain()
            .Append(transforms.ApplyOnnxModel([ClassifierColumns.ScoreOutput, ClassifierColumns.OneHotOutput], [_modelInput], path))
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
