using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>Hands out getters with a message that says what went wrong.</summary>
internal static class Getters
{
    /// <summary>The getter as one of <typeparamref name="TValue"/>.</summary>
    /// <exception cref="InvalidOperationException">The column holds something else.</exception>
    public static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}; it cannot be read as {typeof(TValue)}.");

    /// <summary>What is thrown when a column was not asked for when the cursor was opened.</summary>
    public static InvalidOperationException NotActive(DataViewSchema.Column column) =>
        new($"Column '{column.Name}' was not among the columns needed when the cursor was opened; name it there.");
}
