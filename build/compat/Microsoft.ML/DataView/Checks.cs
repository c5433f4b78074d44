namespace Microsoft.ML.Data;

/// <summary>Argument checks and the package's exception texts.</summary>
internal static class Checks
{
    public static void NotNull(object value, string name)
    {
        if (value == null)
            throw new ArgumentNullException(name, "Value cannot be null");
    }

    public static void NonEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentNullException(name, "Value cannot be null or empty");
    }

    public static void That(bool condition, string name, string message)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, message);
    }

    public static void State(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }

    public static Exception MissingColumn(string parameter, string role, string column)
        => new ArgumentOutOfRangeException(parameter, $"Could not find {role} column '{column}'");

    public static Exception SchemaMismatch(string parameter, string role, string column, string expected, string actual)
        => new ArgumentOutOfRangeException(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");
}
