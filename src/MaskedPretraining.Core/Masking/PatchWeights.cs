namespace MaskedPretraining.Core.Masking;

/// <summary>Holds <see cref="SampleContext.PatchWeights"/> to their contract.</summary>
internal static class PatchWeights
{
    /// <summary>The weights of a sample, one for each patch, finite and at least 0.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="owner">Name of the strategy that needs them.</param>
    public static ReadOnlySpan<float> Of(in SampleContext context, string owner)
    {
        var weights = context.PatchWeights;
        if (weights.Length != context.Grid.Count)
        {
            throw new ArgumentException($"{owner} needs one weight for each of {context.Grid.Count} patches in epoch {context.Progress.Epoch}, but there are {weights.Length}.", nameof(context));
        }

        for (int patch = 0; patch < weights.Length; patch++)
        {
            // Written so that NaN fails.
            if (!(weights[patch] >= 0 && float.IsFinite(weights[patch])))
            {
                throw new ArgumentException(FormattableString.Invariant($"{owner} was given the weight {weights[patch]} for patch {patch}; weights must be finite and at least 0. Normalise the map to 0..1."), nameof(context));
            }
        }

        return weights;
    }
}
