using System.Globalization;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Backgrounds;

/// <summary>Reads what a row's class is called, whatever type labels have, so that classes are compared by name: "3" is the text, the number and the key value.</summary>
internal static class ClassNameReader
{
    /// <summary>What reads the name at a row's current position; null where the class is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column holds no classes.</exception>
    public static Func<string?> Create(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => Create<ReadOnlyMemory<char>>(row, column, text => text.IsEmpty ? null : text.ToString()),
        KeyDataViewType key when key.RawType == typeof(uint) => OfKeys(row, column),
        NumberDataViewType number when number == NumberDataViewType.Single => Create<float>(row, column, value => float.IsNaN(value) ? null : Text(value)),
        NumberDataViewType number when number == NumberDataViewType.Double => Create<double>(row, column, value => double.IsNaN(value) ? null : Text(value)),
        NumberDataViewType number when number == NumberDataViewType.Byte => Create<byte>(row, column, value => Text(value)),
        NumberDataViewType number when number == NumberDataViewType.Int32 => Create<int>(row, column, value => Text(value)),
        NumberDataViewType number when number == NumberDataViewType.UInt32 => Create<uint>(row, column, value => Text(value)),
        NumberDataViewType number when number == NumberDataViewType.Int64 => Create<long>(row, column, value => Text(value)),
        BooleanDataViewType => Create<bool>(row, column, value => Text(value)),
        _ => throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but classes are texts, keys or numbers."),
    };

    private static Func<string?> OfKeys(DataViewRow row, DataViewSchema.Column column)
    {
        string[]? names = ClassLabels.NamesOf(column);
        return Create<uint>(row, column, key => key == 0 ? null : names?[key - 1] ?? Text(key));
    }

    private static Func<string?> Create<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string?> toName)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toName(value);
        };
    }

    private static string Text(IConvertible value) => value.ToString(CultureInfo.InvariantCulture);
}
