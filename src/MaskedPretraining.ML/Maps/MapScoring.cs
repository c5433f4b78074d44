using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Maps;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>A map source as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class MapScoring : IScoring
{
    private const string ModelName = "maps.onnx";
    private const string MapOutput = InBoxChain.TemporaryPrefix + "map";
    private const string BoxOutput = InBoxChain.TemporaryPrefix + "box";
    private const string EigenvalueOutput = InBoxChain.TemporaryPrefix + "eigenvalue";
    private const string DegenerateOutput = InBoxChain.TemporaryPrefix + "degenerate";
    private readonly MLContext _context;
    private readonly AttentionMapOptions _options;
    private readonly DataViewSchema.Column _input;
    private readonly (string Output, DataViewSchema.DetachedColumn Column)[] _columns;

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="options">Source and further columns, already validated.</param>
    /// <param name="mapColumnName">Name of the column of maps.</param>
    /// <param name="input">The input column, already checked.</param>
    public MapScoring(MLContext context, AttentionMapOptions options, string mapColumnName, DataViewSchema.Column input)
    {
        (_context, _options, _input) = (context, options, input);
        _columns = ColumnsOf(options, mapColumnName);
        Plan = new ScoringPlan
        {
            Input = options.Source.CreateInput(context, input, options.Resizing),
            Model = new OnnxBatchModel(context, path => options.Source.Export(Names(singleRow: false), path), [.. _columns.Select(column => column.Output)]),
            Columns = [.. _columns.Select((column, index) => new VectorScoreColumn(
                column.Column.Name, (VectorDataViewType)column.Column.Type, index, column.Output == MapOutput ? MapMaker.Annotations(Maker) : null))],
        };
    }

    /// <inheritdoc/>
    public ScoringPlan Plan { get; }

    /// <summary>The columns that an estimator announces.</summary>
    public static DataViewSchema.DetachedColumn[] Announce(AttentionMapOptions options, string mapColumnName) => [.. ColumnsOf(options, mapColumnName).Select(column => column.Column)];

    /// <inheritdoc/>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        _options.Source.Export(Names(singleRow: true), path);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_input.Name, _input.Type);
        var chain = _options.Source.AppendInput(new InBoxChain(schema.ToSchema()), _context, _input, _options.Resizing);
        chain.Append(_context.Transforms.ApplyOnnxModel([.. _columns.Select(column => column.Output)], [ImageInput.PixelColumn], path));
        foreach (var (output, column) in _columns)
        {
            chain.Append(_context.Transforms.CopyColumns(column.Name, output));
        }

        return chain.DropTemporaries(_context.Transforms);
    }

    private string Maker() => $"map of column {_input.Name}, {_options.Resizing}, {_options.Source.Describe()}";

    private AttentionMapExportOptions Names(bool singleRow) => new()
    {
        SingleRow = singleRow,
        InputName = ImageInput.PixelColumn,
        MapName = MapOutput,
        BoxName = _options.BoxColumnName is null ? null : BoxOutput,
        EigenvalueName = _options.EigenvalueColumnName is null ? null : EigenvalueOutput,
        DegenerateName = _options.DegenerateColumnName is null ? null : DegenerateOutput,
    };

    private static (string Output, DataViewSchema.DetachedColumn Column)[] ColumnsOf(AttentionMapOptions options, string mapColumnName)
    {
        var grid = options.Source.Grid;
        var columns = new List<(string, DataViewSchema.DetachedColumn)> { Column(MapOutput, mapColumnName, grid.Rows, grid.Columns) };
        foreach (var (output, name, length) in new[] { (BoxOutput, options.BoxColumnName, 4), (EigenvalueOutput, options.EigenvalueColumnName, 1), (DegenerateOutput, options.DegenerateColumnName, 1) })
        {
            if (name is not null)
            {
                columns.Add(Column(output, name, length));
            }
        }

        return [.. columns];

        static (string, DataViewSchema.DetachedColumn) Column(string output, string name, params int[] shape) =>
            (output, new DataViewSchema.DetachedColumn(name, new VectorDataViewType(NumberDataViewType.Single, shape)));
    }
}
