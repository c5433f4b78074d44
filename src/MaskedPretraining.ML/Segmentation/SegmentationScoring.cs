using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Segmentation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Segmentation;

/// <summary>An encoder with a segmentation probe as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class SegmentationScoring : IScoring
{
    /// <summary>The whole image, whatever its shape, so that masks and grids cover the same.</summary>
    public const ImageResizingEstimator.ResizingKind Resizing = ImageResizingEstimator.ResizingKind.Fill;

    private const string ModelName = "segmentation.onnx";
    private const string ScoreOutput = InBoxChain.TemporaryPrefix + "scores";
    private const string MaskOutput = InBoxChain.TemporaryPrefix + "mask";
    private const string ForegroundOutput = InBoxChain.TemporaryPrefix + "foreground";
    private readonly MLContext _context;
    private readonly EncoderWeights _encoder;
    private readonly LinearProbeWeights _probe;
    private readonly SegmentationOptions _options;
    private readonly DataViewSchema.Column _input;
    private readonly (string Output, DataViewSchema.DetachedColumn Column)[] _columns;

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="probe">The probe on its patch tokens.</param>
    /// <param name="options">Names of the columns.</param>
    /// <param name="input">The input column, already checked.</param>
    public SegmentationScoring(MLContext context, EncoderWeights encoder, LinearProbeWeights probe, SegmentationOptions options, DataViewSchema.Column input)
    {
        (_context, _encoder, _probe, _options, _input) = (context, encoder, probe, options, input);
        _columns = ColumnsOf(options, encoder.Architecture);
        Plan = new ScoringPlan
        {
            Input = ImageInput.Create(context, input.Name, input.Type, encoder.Architecture, Resizing),
            Model = new OnnxBatchModel(context, path => SegmentationExporter.Export(encoder, probe, Names(singleRow: false), path), [.. _columns.Select(column => column.Output)]),
            Columns = [.. _columns.Select((column, index) => new VectorScoreColumn(column.Column.Name, (VectorDataViewType)column.Column.Type, index))],
        };
    }

    /// <inheritdoc/>
    public ScoringPlan Plan { get; }

    /// <summary>The columns that an estimator announces.</summary>
    public static DataViewSchema.DetachedColumn[] Announce(SegmentationOptions options, VisionTransformerOptions architecture) =>
        [.. ColumnsOf(options, architecture).Select(column => column.Column)];

    /// <inheritdoc/>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        SegmentationExporter.Export(_encoder, _probe, Names(singleRow: true), path);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_input.Name, _input.Type);
        var chain = ImageInput.AppendTo(new InBoxChain(schema.ToSchema()), _context, _input.Name, _input.Type, _encoder.Architecture, Resizing);
        chain.Append(_context.Transforms.ApplyOnnxModel([.. _columns.Select(column => column.Output)], [ImageInput.PixelColumn], path));
        foreach (var (output, column) in _columns)
        {
            chain.Append(_context.Transforms.CopyColumns(column.Name, output));
        }

        return chain.DropTemporaries(_context.Transforms);
    }

    private SegmentationExportOptions Names(bool singleRow) => new()
    {
        SingleRow = singleRow,
        InputName = ImageInput.PixelColumn,
        ScoreName = ScoreOutput,
        MaskName = _options.PredictedMaskColumnName is null ? null : MaskOutput,
        ForegroundName = _options.ForegroundColumnName is null ? null : ForegroundOutput,
    };

    private static (string Output, DataViewSchema.DetachedColumn Column)[] ColumnsOf(SegmentationOptions options, VisionTransformerOptions architecture)
    {
        var grid = architecture.Grid;
        return
        [
            (ScoreOutput, Column(options.ScoreColumnName, options.Classes, grid.Rows, grid.Columns)),
            .. options.PredictedMaskColumnName is { } mask ? new[] { (MaskOutput, Column(mask, architecture.ImageHeight, architecture.ImageWidth)) } : [],
            .. options.ForegroundColumnName is { } foreground ? new[] { (ForegroundOutput, Column(foreground, grid.Rows, grid.Columns)) } : [],
        ];
    }

    private static DataViewSchema.DetachedColumn Column(string name, params int[] shape) => new(name, new VectorDataViewType(NumberDataViewType.Single, shape));
}
