using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Maps;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>A map source as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class MapScoring : VectorScoring
{
    private const string MapOutput = InBoxChain.TemporaryPrefix + "map";
    private const string BoxOutput = InBoxChain.TemporaryPrefix + "box";
    private const string EigenvalueOutput = InBoxChain.TemporaryPrefix + "eigenvalue";
    private const string DegenerateOutput = InBoxChain.TemporaryPrefix + "degenerate";

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="options">Source and further columns, already validated.</param>
    /// <param name="mapColumnName">Name of the column of maps.</param>
    /// <param name="input">The input column, already checked.</param>
    public MapScoring(MLContext context, AttentionMapOptions options, string mapColumnName, DataViewSchema.Column input)
        : base(
            context,
            input,
            options.Source.CreateInput(context, input, options.Resizing),
            chain => options.Source.AppendInput(chain, context, input, options.Resizing),
            ColumnsOf(options, mapColumnName, MapMaker.Annotations(() => $"map of column {input.Name}, {options.Resizing}, {options.Source.Describe()}")),
            (singleRow, path) => options.Source.Export(Names(options, singleRow), path))
    {
    }

    /// <summary>The columns that an estimator announces.</summary>
    public static DataViewSchema.DetachedColumn[] Announce(AttentionMapOptions options, string mapColumnName) => [.. ColumnsOf(options, mapColumnName).Select(column => column.Column)];

    private static AttentionMapExportOptions Names(AttentionMapOptions options, bool singleRow) => new()
    {
        SingleRow = singleRow,
        InputName = ImageInput.PixelColumn,
        MapName = MapOutput,
        BoxName = options.BoxColumnName is null ? null : BoxOutput,
        EigenvalueName = options.EigenvalueColumnName is null ? null : EigenvalueOutput,
        DegenerateName = options.DegenerateColumnName is null ? null : DegenerateOutput,
    };

    private static (string Output, DataViewSchema.DetachedColumn Column)[] ColumnsOf(AttentionMapOptions options, string mapColumnName, DataViewSchema.Annotations? maker = null)
    {
        var grid = options.Source.Grid;
        return
        [
            (MapOutput, new DataViewSchema.DetachedColumn(mapColumnName, TypeOf(grid.Rows, grid.Columns), maker)),
            .. Wanted(BoxOutput, options.BoxColumnName, 4),
            .. Wanted(EigenvalueOutput, options.EigenvalueColumnName, 1),
            .. Wanted(DegenerateOutput, options.DegenerateColumnName, 1),
        ];

        static IEnumerable<(string, DataViewSchema.DetachedColumn)> Wanted(string output, string? name, int length) =>
            name is null ? [] : [(output, new DataViewSchema.DetachedColumn(name, TypeOf(length)))];

        static VectorDataViewType TypeOf(params int[] shape) => new(NumberDataViewType.Single, shape);
    }
}
