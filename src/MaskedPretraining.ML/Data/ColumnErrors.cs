using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>Messages about columns. ML.NET's own parts report schema mismatches as ArgumentOutOfRangeException with parameter inputSchema, and so do we.</summary>
internal static class ColumnErrors
{
    public static ArgumentOutOfRangeException Missing(DataViewSchema schema, string name) => Missing(schema.Select(column => column.Name), name);

    public static ArgumentOutOfRangeException Missing(SchemaShape schema, string name) => Missing(schema.Select(column => column.Name), name);

    [SuppressMessage("Usage", "CA2208:Instantiate argument exceptions correctly", Justification = "It is the parameter of the ML.NET method that asked.")]
    public static ArgumentOutOfRangeException Mismatch(string message) => new("inputSchema", message);

    private static ArgumentOutOfRangeException Missing(IEnumerable<string> names, string name) =>
        Mismatch($"There is no column '{name}'; the data has {string.Join(", ", names.Distinct().Select(other => $"'{other}'"))}. Name one of these, or add the column before this step.");
}
