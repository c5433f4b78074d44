using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>Columns that have to be there.</summary>
internal static class RequiredColumns
{
    /// <summary>The column of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing; the message names those that there are.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name) => schema.GetColumnOrNull(name) ?? throw Missing(schema.Select(column => column.Name), name);

    /// <summary>The column of a name in a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing; the message names those that there are.</exception>
    public static SchemaShape.Column Require(this SchemaShape shape, string name) => SchemaShapes.Find(shape, name) ?? throw Missing(shape.Select(column => column.Name), name);

    private static ArgumentOutOfRangeException Missing(IEnumerable<string> names, string name) =>
        ColumnErrors.Mismatch($"There is no column '{name}'; the data has {string.Join(", ", names.Distinct().Select(other => $"'{other}'"))}. Name one of these, or add the column before this step.");
}
