namespace Microsoft.ML.Data;

/// <summary>What every row and cursor asks about columns.</summary>
internal static class Columns
{
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            Checks.That(column.Index < active.Length && schema[column.Index].Name == column.Name, nameof(columns), $"Column '{column.Name}' is not of this schema");
            active[column.Index] = true;
        }
        return active;
    }

    public static void CheckActive(DataViewRow row, DataViewSchema.Column column)
    {
        Checks.That(column.Index < row.Schema.Count && row.IsColumnActive(column), nameof(column), $"Column '{column.Name}' is not active");
    }

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Invalid TValue: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}' (column '{column.Name}').");

    /// <summary>The getter of a column as a delegate of its raw type.</summary>
    public static Delegate Getter(DataViewRow row, DataViewSchema.Column column)
        => (Delegate)Generics.Call(typeof(Columns), nameof(TypedGetter), [column.Type.RawType], row, column);

    private static Delegate TypedGetter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
