using System.Globalization;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>Reads the maps of a column, row by row.</summary>
/// <param name="row">The cursor.</param>
/// <param name="column">The column.</param>
/// <param name="minimum">Lowest value that a map may have.</param>
internal sealed class MapReader(DataViewRow row, MapColumn column, float minimum)
{
    private readonly ValueGetter<VBuffer<float>>? _getter = column.Content == MapColumnContent.Masks ? null : row.GetGetter<VBuffer<float>>(column.Column);
    private readonly Func<ObjectMask>? _maskOf = column.Content == MapColumnContent.Masks ? MaskReader.Create(row, column.Column) : null;
    private readonly float[] _values = new float[column.Content == MapColumnContent.Boxes ? MapColumn.BoxLength : column.Grid.Count];
    private VBuffer<float> _buffer;

    /// <summary>Reads the map of the current row.</summary>
    /// <param name="names">Names the row in messages.</param>
    /// <param name="image">The row's image, as large as boxes count its pixels.</param>
    /// <param name="map">Filled, <c>[R, C]</c>.</param>
    /// <exception cref="InvalidDataException">The row has no map of that length, or one with values that no map may have; the message names it.</exception>
    public void Read(RowNames names, RgbImage image, Span<float> map)
    {
        if (_maskOf is not null)
        {
            ReadMask(names, _maskOf, map);
            return;
        }

        _getter!(ref _buffer);
        if (_buffer.Length != _values.Length)
        {
            throw Unusable(names, $"{_buffer.Length} values", $"{_values.Length} are needed{(column.Content == MapColumnContent.Boxes ? "" : $", one for each cell of a {column.Grid} grid")}");
        }

        _buffer.CopyTo(_values);
        if (column.Content == MapColumnContent.Boxes)
        {
            ReadBox(names, image, map);
            return;
        }

        // Written so that NaN fails.
        int cell = Array.FindIndex(_values, value => !(value >= minimum && float.IsFinite(value)));
        if (cell >= 0)
        {
            throw Unusable(names, $"{_values[cell].ToString(CultureInfo.InvariantCulture)} in cell {cell}", minimum == 0 ? "map values must be finite and at least 0" : "map values must be finite");
        }

        _values.CopyTo(map);
    }

    private void ReadMask(RowNames names, Func<ObjectMask> maskOf, Span<float> map)
    {
        try
        {
            MaskCoverage.Fill(maskOf(), column.Grid, map);
        }
        catch (ArgumentException)
        {
            throw Unusable(names, "no mask", "each image that is trained on needs one, empty where there is no object");
        }
    }

    private void ReadBox(RowNames names, RgbImage image, Span<float> map)
    {
        try
        {
            BoxCoverage.Fill(_values, image.Height, image.Width, column.Grid, map);
        }
        catch (ArgumentException)
        {
            throw Unusable(names, $"the box {string.Join(", ", _values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}", "x0 <= x1 and y0 <= y1 must hold, all finite");
        }
    }

    private InvalidDataException Unusable(RowNames names, string found, string needed) =>
        new($"Column '{column.Column.Name}' holds {found} in {names.Current}, but {needed}. Mend or filter out this row.");
}
