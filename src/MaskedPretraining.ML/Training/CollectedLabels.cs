using MaskedPretraining.Core.Imaging;
using Microsoft.ML;

namespace MaskedPretraining.ML.Training;

/// <summary>The classes of the images that are read from a view. Rows without one are left out.</summary>
/// <param name="column">A key column.</param>
internal sealed class CollectedLabels(DataViewSchema.Column column) : IRowCollector
{
    private readonly List<int> _labels = [];
    private ValueGetter<uint>? _getter;
    private uint _key;

    public IEnumerable<DataViewSchema.Column> Columns => [column];

    /// <summary>Class numbers from 0 in the order of the images.</summary>
    public IReadOnlyList<int> Labels => _labels;

    public void Start(DataViewRow row) => _getter = row.GetGetter<uint>(column);

    public string? Problem()
    {
        _getter!(ref _key);
        return _key == 0 ? $"has no label in column '{column.Name}'" : null;
    }

    public void Add(RowNames names, RgbImage image) => _labels.Add((int)_key - 1);
}
