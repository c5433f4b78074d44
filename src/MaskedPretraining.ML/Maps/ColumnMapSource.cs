using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Maps;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>Maps of a column, resampled and scaled.</summary>
internal sealed class ColumnMapSource(PatchGrid given, PatchGrid wanted, bool normalize) : MapSource
{
    public override PatchGrid Grid => wanted;

    public override void Validate(OptionErrors errors)
    {
        errors.Require(given.Rows >= 1 && given.Columns >= 1, "rows and columns", given, "be at least 1");
        errors.Require(wanted.Rows >= 1 && wanted.Columns >= 1, "newRows and newColumns", wanted, "be at least 1");
    }

    public override void Check(SchemaShape shape, string name)
    {
        var column = shape.Require(name);
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey || column.ItemType != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch($"Column '{name}' holds {SchemaShapes.Describe(column)}, but {Needed} is needed.");
        }
    }

    public override DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return ProblemOf(column) is { } problem ? throw ColumnErrors.Mismatch(problem) : column;
    }

    public override InputColumn CreateInput(MLContext context, DataViewSchema.Column column, MapResizing resizing) => new(column.Name, column.Name, null, ProblemOf);

    public override InBoxChain AppendInput(InBoxChain chain, MLContext context, DataViewSchema.Column column, MapResizing resizing) =>
        chain.Append(context.Transforms.CopyColumns(ImageInput.PixelColumn, column.Name));

    public override void Export(AttentionMapExportOptions names, string path) => MapResamplingExporter.Export(given, wanted, normalize, names, path);

    public override string Describe() => $"resampled {given} to {wanted}, normalised {normalize}";

    private string Needed => $"a vector of {given.Count} Single, maps of {given} cells,";

    private string? ProblemOf(DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { IsKnownSize: true } vector when vector.ItemType == NumberDataViewType.Single && vector.Size == given.Count
            && (vector.Dimensions.Length != 2 || vector.Dimensions.SequenceEqual([given.Rows, given.Columns])) => null,
        _ => $"Column '{column.Name}' holds {column.Type}, but {Needed} is needed. Give FromColumn the column's own rows and columns.",
    };
}
