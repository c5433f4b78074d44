namespace MaskedPretraining.Core.Masking;

/// <summary>How many patches of each part SemMAE masks, and which, with the random numbers given.</summary>
internal static class PartQuotas
{
    /// <summary>How far masks are from whole parts: 1 at the start of a run, 0 in its last epoch.</summary>
    public static double LambdaOf(TrainingProgress progress, double gamma) => 1 - Math.Pow((progress.Epoch + 1) / (double)progress.Epochs, gamma);

    /// <summary>The same share of every part, rounded half to even.</summary>
    public static void OfPatches(ReadOnlySpan<int> sizes, double ratio, Span<int> quotas)
    {
        for (int part = 0; part < sizes.Length; part++)
        {
            quotas[part] = (int)Math.Round(ratio * sizes[part]);
        }
    }

    /// <summary>Whole parts in ascending order of noise until the patches to mask run out; the last one is cut.</summary>
    public static void OfParts(ReadOnlySpan<int> sizes, ReadOnlySpan<float> noise, double ratio, int patches, Span<int> quotas)
    {
        int count = sizes.Length;
        Span<int> order = stackalloc int[PartMasking.MaximumParts];
        Span<float> keys = stackalloc float[PartMasking.MaximumParts];
        PlanCounts.Enumerate(order[..count]);
        noise.CopyTo(keys);
        keys[..count].Sort(order[..count]);
        int earlier = 0;
        foreach (int part in order[..count])
        {
            quotas[part] = Math.Clamp((int)Math.Floor(patches * ratio - earlier), 0, sizes[part]);
            earlier += sizes[part];
        }
    }

    /// <summary>Writes <c>round(lambda q1 + (1 - lambda) q2)</c> into <paramref name="quotas"/>, which holds q1, half to even.</summary>
    public static void Mix(double lambda, Span<int> quotas, ReadOnlySpan<int> whole)
    {
        for (int part = 0; part < quotas.Length; part++)
        {
            quotas[part] = (int)Math.Round(lambda * quotas[part] + (1 - lambda) * whole[part]);
        }
    }

    /// <summary>
    /// Goes through the patches in ascending order of noise and picks the first of each part for masking, as many as its quota says. Patches that are not picked come first, and of this order the
    /// first are visible and the others masked, so that rounding does not change counts.
    /// </summary>
    public static void Split(ReadOnlySpan<int> parts, Span<float> noise, Span<int> quotas, Span<int> visible, Span<int> masked)
    {
        int count = parts.Length;
        Span<int> order = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        Span<int> sorted = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        PlanCounts.Enumerate(order);
        noise.Sort(order);
        int others = 0;
        int picked = 0;
        foreach (int patch in order)
        {
            if (quotas[parts[patch]]-- > 0)
            {
                // Overwrites what has been read.
                order[picked++] = patch;
            }
            else
            {
                sorted[others++] = patch;
            }
        }

        order[..picked].CopyTo(sorted[others..]);
        sorted[..visible.Length].CopyTo(visible);
        sorted[visible.Length..].CopyTo(masked);
    }
}
