using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Training;

/// <summary>What the rows of a view are called in messages: the value of a text column, or their number.</summary>
internal sealed class RowNames
{
    private readonly DataViewRow _row;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _getter;

    public RowNames(DataViewRow row, DataViewSchema.Column? column)
    {
        _row = row;
        _getter = column is { } named ? row.GetGetter<ReadOnlyMemory<char>>(named) : null;
    }

    /// <summary>Name of the current row.</summary>
    public string Current
    {
        get
        {
            ReadOnlyMemory<char> name = default;
            _getter?.Invoke(ref name);
            return name.IsEmpty ? string.Create(CultureInfo.InvariantCulture, $"Row {_row.Position}") : name.ToString();
        }
    }

    /// <summary>The text column of a name; null if there is none.</summary>
    public static DataViewSchema.Column? Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) is { Type: TextDataViewType } column ? column : null;
}
