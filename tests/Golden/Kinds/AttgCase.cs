using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>What the cases of the attention-guided loss have in common.</summary>
internal static class AttgCase
{
    /// <summary>The maps, each normalised as the case says.</summary>
    public static float[] Normalized(GoldenCase golden, int patches)
    {
        var normalization = golden.Options.GetProperty("normalization").GetString() switch
        {
            "min-max" => MapNormalization.MinMax,
            "none" => MapNormalization.None,
            var other => throw new NotSupportedException($"normalization '{other}' is not known."),
        };
        float[] maps = golden.Single("in/map");
        for (int first = 0; first < maps.Length; first += patches)
        {
            AttentionLossWeights.Normalize(maps.AsSpan(first, patches), normalization);
        }

        return maps;
    }
}
