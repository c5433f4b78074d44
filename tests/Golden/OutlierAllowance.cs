using System.Text.Json;

namespace MaskedPretraining.Golden;

/// <summary>In every tensor up to <c>max(Count, floor(Fraction * elements))</c> elements may break the limit but not <paramref name="Absolute"/>.</summary>
internal sealed record OutlierAllowance(long Count, double Fraction, double Absolute)
{
    public long In(long elements) => Math.Max(Count, (long)Math.Floor(Fraction * elements));

    public static OutlierAllowance Parse(JsonElement json) =>
        new(json.GetProperty("count").GetInt64(), json.GetProperty("fraction").GetDouble(), json.GetProperty("abs").GetDouble());
}
