using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.Training;

/// <summary>An epoch's entry in a log: what was not measured has no place in it.</summary>
internal static class EpochEntry
{
    public static MetricsEntry Of(long step, IEnumerable<(string Name, double? Value)> values) =>
        new(step, values.Where(measure => measure.Value is not null).ToDictionary(measure => measure.Name, measure => measure.Value!.Value));

    /// <summary>A measurement; null if the entry has none of that name.</summary>
    public static double? Find(this MetricsEntry entry, string name) => entry.Values.TryGetValue(name, out double value) ? value : null;
}
