using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>
/// Schema shapes of schemas. ML.NET keeps the constructor of a shape's column to itself; it does describe the schema of any loader,
/// keys and annotations included, so a loader with the schema at hand is shown to it.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>The shape of a schema.</summary>
    public static SchemaShape Of(DataViewSchema schema) =>
        new SchemaLoader(schema).Append<object, ITransformer>(new IdentityEstimator()).GetOutputSchema();

    /// <summary>What an estimator that adds columns puts out: the input's columns, those of the same name replaced, then the new ones.</summary>
    public static SchemaShape Append(SchemaShape input, params ReadOnlySpan<DataViewSchema.DetachedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(added.ToArray());
        var addedShape = Of(builder.ToSchema());
        var names = addedShape.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return new SchemaShape([.. input.Where(column => !names.Contains(column.Name)), .. addedShape]);
    }

    /// <summary>The column of a name, or null.</summary>
    public static SchemaShape.Column? Find(SchemaShape shape, string name)
    {
        foreach (var column in shape)
        {
            if (column.Name == name)
            {
                return column;
            }
        }

        return null;
    }

    /// <summary>A column's type in words, for messages.</summary>
    public static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"key of {column.ItemType}" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"vector of {item}",
            SchemaShape.Column.VectorKind.VariableVector => $"vector of {item} of unknown size",
            _ => item,
        };
    }
}
