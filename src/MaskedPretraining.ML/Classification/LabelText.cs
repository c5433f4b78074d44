using System.Globalization;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>Labels of any type as text, so that labels of two views are the same class if they read the same, whatever keys they were mapped to.</summary>
internal static class LabelText
{
    /// <summary>A reader of a label column: text, numbers, booleans, keys (their key values, or their numbers from 1 if they have none).</summary>
    /// <param name="row">The cursor.</param>
    /// <param name="column">The label column.</param>
    /// <returns>The current row's label; null if it is missing: empty text, NaN, key 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is of no such type.</exception>
    public static Func<string?> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType key when key.RawType == typeof(uint) => Key(row, column),
        TextDataViewType => Reader<ReadOnlyMemory<char>>(row, column, text => text.IsEmpty ? null : text.ToString()),
        BooleanDataViewType => Reader<bool>(row, column, value => value ? "true" : "false"),
        NumberDataViewType number => Number(row, column, number),
        _ => throw ColumnErrors.Mismatch($"Label column '{column.Name}' holds {column.Type}, but text, a number, a boolean or a key is needed."),
    };

    private static Func<string?> Key(DataViewRow row, DataViewSchema.Column column)
    {
        string[]? names = ClassLabels.NamesOf(column);
        return Reader<uint>(row, column, key => key == 0 ? null : names?[key - 1] ?? key.ToString(CultureInfo.InvariantCulture));
    }

    private static Func<string?> Number(DataViewRow row, DataViewSchema.Column column, NumberDataViewType number) => number.RawType switch
    {
        var type when type == typeof(float) => Reader<float>(row, column, value => float.IsNaN(value) ? null : Text(value)),
        var type when type == typeof(double) => Reader<double>(row, column, value => double.IsNaN(value) ? null : Text(value)),
        var type when type == typeof(byte) => Reader<byte>(row, column, Text),
        var type when type == typeof(sbyte) => Reader<sbyte>(row, column, Text),
        var type when type == typeof(short) => Reader<short>(row, column, Text),
        var type when type == typeof(ushort) => Reader<ushort>(row, column, Text),
        var type when type == typeof(int) => Reader<int>(row, column, Text),
        var type when type == typeof(uint) => Reader<uint>(row, column, Text),
        var type when type == typeof(long) => Reader<long>(row, column, Text),
        _ => Reader<ulong>(row, column, Text),
    };

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static Func<string?> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string?> toText)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toText(value);
        };
    }
}
