using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Encoders;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Encoders;

/// <summary>An encoder as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class EncoderScoring : IScoring
{
    private const string ModelName = "encoder.onnx";
    private readonly MLContext _context;
    private readonly EncoderWeights _encoder;
    private readonly HeadNormalization _headNormalization;
    private readonly string _inputName;
    private readonly DataViewType _inputType;
    private readonly IReadOnlyList<EncoderColumn> _columns;

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="headNormalization">How attention heads become one map.</param>
    /// <param name="input">The input column, already checked.</param>
    /// <param name="columns">The columns to add, at least one.</param>
    /// <param name="check">Compares the exported model at a path with the network it came from; null if there is no network at hand.</param>
    public EncoderScoring(
        MLContext context,
        EncoderWeights encoder,
        HeadNormalization headNormalization,
        DataViewSchema.Column input,
        IReadOnlyList<EncoderColumn> columns,
        Action<string>? check = null)
    {
        (_context, _encoder, _headNormalization, _columns) = (context, encoder, headNormalization, columns);
        (_inputName, _inputType) = (input.Name, input.Type);
        Plan = new ScoringPlan
        {
            Input = ImageInput.Create(context, _inputName, _inputType, encoder.Architecture),
            Model = new OnnxBatchModel(context, path => EncoderExporter.Export(encoder, ExportOptions(singleRow: false), path), [.. columns.Select(column => ColumnName(column.Output))], check),
            Columns = [.. columns.Select((column, index) => new VectorScoreColumn(column.Name, TypeOf(column.Output, encoder.Architecture), index, AnnotationsOf(column.Output)))],
        };
    }

    /// <inheritdoc/>
    public ScoringPlan Plan { get; }

    /// <summary>The type of an output's column.</summary>
    public static VectorDataViewType TypeOf(EncoderOutputs output, VisionTransformerOptions architecture) => output switch
    {
        EncoderOutputs.Patches => new VectorDataViewType(NumberDataViewType.Single, architecture.Grid.Count, architecture.Width),
        EncoderOutputs.Attention => new VectorDataViewType(NumberDataViewType.Single, architecture.Grid.Rows, architecture.Grid.Columns),
        EncoderOutputs.ClsAndMean => new VectorDataViewType(NumberDataViewType.Single, 2 * architecture.Width),
        _ => new VectorDataViewType(NumberDataViewType.Single, architecture.Width),
    };

    /// <summary>The columns that an estimator announces.</summary>
    public static DataViewSchema.DetachedColumn[] Announce(IEnumerable<EncoderColumn> columns, VisionTransformerOptions architecture) =>
        [.. columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, TypeOf(column.Output, architecture)))];

    /// <inheritdoc/>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        EncoderExporter.Export(_encoder, ExportOptions(singleRow: true), path);
        string[] outputs = [.. _columns.Select(column => ColumnName(column.Output))];
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_inputName, _inputType);
        var chain = ImageInput.AppendTo(new InBoxChain(schema.ToSchema()), _context, _inputName, _inputType, _encoder.Architecture);
        chain.Append(_context.Transforms.ApplyOnnxModel(outputs, [ImageInput.PixelColumn], path));
        foreach (var column in _columns)
        {
            chain.Append(_context.Transforms.CopyColumns(column.Name, ColumnName(column.Output)));
        }

        return chain.DropTemporaries(_context.Transforms);
    }

    private DataViewSchema.Annotations? AnnotationsOf(EncoderOutputs output) => output == EncoderOutputs.Attention
        ? MapMaker.Annotations(() => $"attention {_headNormalization} of column {_inputName}, {MapMaker.Describe(_encoder)}")
        : null;

    private EncoderExportOptions ExportOptions(bool singleRow) => new()
    {
        SingleRow = singleRow,
        Outputs = _columns.Aggregate(EncoderOutputs.None, (all, column) => all | column.Output),
        HeadNormalization = _headNormalization,
        InputName = ImageInput.PixelColumn,
        ClsName = ColumnName(EncoderOutputs.Cls),
        MeanName = ColumnName(EncoderOutputs.Mean),
        ClsAndMeanName = ColumnName(EncoderOutputs.ClsAndMean),
        PatchesName = ColumnName(EncoderOutputs.Patches),
        AttentionName = ColumnName(EncoderOutputs.Attention),
    };

    /// <summary>The name that an output has inside of chains, where it must not meet a user's column.</summary>
    public static string ColumnName(EncoderOutputs output) => InBoxChain.TemporaryPrefix + output switch
    {
        EncoderOutputs.Cls => "cls",
        EncoderOutputs.Mean => "mean",
        EncoderOutputs.ClsAndMean => "cls_mean",
        EncoderOutputs.Patches => "patches",
        _ => "attention",
    };
}
