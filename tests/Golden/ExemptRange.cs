using System.Text.Json;

namespace MaskedPretraining.Golden;

/// <summary>Elements of a tensor, by flat index, that only need to agree to <paramref name="Absolute"/>.</summary>
internal sealed record ExemptRange(string Tensor, long First, long Last, double Absolute)
{
    public bool Holds(string tensor, long index) => tensor == Tensor && index >= First && index < Last;

    public static ExemptRange Parse(JsonElement json) =>
        new(json.GetProperty("tensor").GetString()!, json.GetProperty("first").GetInt64(), json.GetProperty("last").GetInt64(), json.GetProperty("abs").GetDouble());
}
