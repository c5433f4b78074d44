using System.Text.Json;

namespace MaskedPretraining.Golden;

/// <summary>How exactly the results of a case must agree: <c>|actual - expected| &lt;= Absolute + Relative * largest |expected|</c>, with exceptions.</summary>
internal sealed record Tolerance(double Absolute, double Relative)
{
    /// <summary>Levels by which eight-bit values may differ.</summary>
    public long GreyLevels { get; init; }

    /// <summary>Ranges of elements that only need to agree to an absolute limit of their own.</summary>
    public IReadOnlyList<ExemptRange> Exempt { get; init; } = [];

    /// <summary>How many elements of a tensor may break the limit; null if none may.</summary>
    public OutlierAllowance? Outliers { get; init; }

    public static Tolerance Parse(JsonElement json) => new(json.GetProperty("abs").GetDouble(), json.GetProperty("rel").GetDouble())
    {
        GreyLevels = json.TryGetProperty("grey_levels", out var levels) ? levels.GetInt64() : 0,
        Exempt = json.TryGetProperty("exempt", out var exempt) ? [.. exempt.EnumerateArray().Select(ExemptRange.Parse)] : [],
        Outliers = json.TryGetProperty("outliers", out var outliers) ? OutlierAllowance.Parse(outliers) : null,
    };
}
