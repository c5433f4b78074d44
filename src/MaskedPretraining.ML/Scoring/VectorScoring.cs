using MaskedPretraining.ML.Lowering;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>An ONNX model whose outputs are vector columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal abstract class VectorScoring : IScoring
{
    private const string ModelName = "model.onnx";
    private readonly MLContext _context;
    private readonly DataViewSchema.Column _input;
    private readonly Func<InBoxChain, InBoxChain> _prepare;
    private readonly IReadOnlyList<(string Output, DataViewSchema.DetachedColumn Column)> _columns;
    private readonly Action<bool, string> _export;

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="input">The input column, already checked.</param>
    /// <param name="prepared">That column, prepared for our cursor.</param>
    /// <param name="prepare">Appends the steps to a chain that make the model's input of that column.</param>
    /// <param name="columns">The columns to add, at least one, each with the model's output that it is made of.</param>
    /// <param name="export">Writes the model, for a single row or for any number, at a path.</param>
    /// <param name="check">Compares the exported model at a path with the network it came from; null if there is no network at hand.</param>
    protected VectorScoring(
        MLContext context,
        DataViewSchema.Column input,
        InputColumn prepared,
        Func<InBoxChain, InBoxChain> prepare,
        IReadOnlyList<(string Output, DataViewSchema.DetachedColumn Column)> columns,
        Action<bool, string> export,
        Action<string>? check = null)
    {
        (_context, _input, _prepare, _columns, _export) = (context, input, prepare, columns, export);
        Plan = new ScoringPlan
        {
            Input = prepared,
            Model = new OnnxBatchModel(context, path => export(false, path), [.. columns.Select(column => column.Output)], check),
            Columns = [.. columns.Select((column, index) => new VectorScoreColumn(column.Column.Name, (VectorDataViewType)column.Column.Type, index, column.Column.Annotations))],
        };
    }

    /// <inheritdoc/>
    public ScoringPlan Plan { get; }

    /// <inheritdoc/>
    public InBoxChain Lower(string directory)
    {
        string path = Path.Combine(directory, ModelName);
        _export(true, path);
        var chain = _prepare(new InBoxChain(_input.Name, _input.Type));
        chain.Append(_context.Transforms.ApplyOnnxModel([.. _columns.Select(column => column.Output)], [ImageInput.PixelColumn], path));
        foreach (var (output, column) in _columns)
        {
            chain.Append(_context.Transforms.CopyColumns(column.Name, output));
        }

        return chain.DropTemporaries(_context.Transforms);
    }
}
