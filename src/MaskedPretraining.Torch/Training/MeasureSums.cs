namespace MaskedPretraining.Torch.Training;

/// <summary>Sums by name of what was measured in the steps of an epoch, added in their order.</summary>
internal sealed class MeasureSums
{
    private readonly SortedDictionary<string, double> _sums = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Sums => _sums;

    /// <summary>Adds a step's values.</summary>
    /// <param name="values">Null for none.</param>
    public void Add(IEnumerable<(string Name, double Value)>? values)
    {
        foreach (var (name, value) in values ?? [])
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        }
    }

    /// <summary>The means over some steps.</summary>
    public Dictionary<string, double> Means(int steps) => _sums.ToDictionary(sum => sum.Key, sum => sum.Value / steps);
}
