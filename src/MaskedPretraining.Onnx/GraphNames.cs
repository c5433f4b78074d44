using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx;

/// <summary>What inputs and outputs may be called.</summary>
internal static class GraphNames
{
    // ML.NET removes this ending from output names, and then no longer finds the column.
    private const string RefusedEnding = ".output";

    public static void Validate(OptionErrors errors, params ReadOnlySpan<(string Option, string? Name)> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (option, name) in names)
        {
            errors.Require(!string.IsNullOrWhiteSpace(name) && !name.EndsWith(RefusedEnding, StringComparison.Ordinal), option, name, $"be a name that does not end with {RefusedEnding}");
            errors.Require(name is null || seen.Add(name), option, name, "differ from the other names");
        }
    }
}
