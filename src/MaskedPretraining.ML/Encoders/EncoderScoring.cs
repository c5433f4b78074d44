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
internal sealed class EncoderScoring : VectorScoring
{
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
        : base(
            context,
            input,
            ImageInput.Create(context, input.Name, input.Type, encoder.Architecture),
            chain => ImageInput.AppendTo(chain, context, input.Name, input.Type, encoder.Architecture),
            [.. columns.Select(column => (ColumnName(column.Output), ColumnOf(column, encoder.Architecture, () => $"attention {headNormalization} of column {input.Name}, {MapMaker.Describe(encoder)}")))],
            (singleRow, path) => EncoderExporter.Export(encoder, ExportOptions(columns, headNormalization, singleRow), path),
            check)
    {
    }

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

    private static DataViewSchema.DetachedColumn ColumnOf(EncoderColumn column, VisionTransformerOptions architecture, Func<string> maker) =>
        new(column.Name, TypeOf(column.Output, architecture), column.Output == EncoderOutputs.Attention ? MapMaker.Annotations(maker) : null);

    /// <summary>What the model behind columns returns, under names that meet no user's column.</summary>
    public static EncoderExportOptions ExportOptions(IEnumerable<EncoderColumn> columns, HeadNormalization headNormalization, bool singleRow) => new()
    {
        SingleRow = singleRow,
        Outputs = columns.Aggregate(EncoderOutputs.None, (all, column) => all | column.Output),
        HeadNormalization = headNormalization,
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
