using System.Diagnostics.CodeAnalysis;

namespace MaskedPretraining.ML.Data;

/// <summary>Messages about columns. ML.NET's own parts report schema mismatches as ArgumentOutOfRangeException with parameter inputSchema, and so do we.</summary>
internal static class ColumnErrors
{
    [SuppressMessage("Usage", "CA2208:Instantiate argument exceptions correctly", Justification = "It is the parameter of the ML.NET method that asked.")]
    public static ArgumentOutOfRangeException Mismatch(string message) => new("inputSchema", message);
}
