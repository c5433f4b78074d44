namespace MaskedPretraining.Core.Masking;

/// <summary>The draw of attention-driven masking, with the random numbers given.</summary>
internal static class AttentionSampler
{
    // Stands for log 0. Logarithms of positive singles are above -104 and Gumbel numbers within -4 and 23, so patches of weight 0 come last, among themselves in Gumbel order.
    private const double LogOfZero = -1e6;

    public static MaskCounts CountsOf(int patches, double maskRatio, double throwRatio)
    {
        int masked = (int)(patches * maskRatio);
        int head = (int)(patches * (maskRatio + throwRatio));
        return new MaskCounts(masked, head - masked, patches - head);
    }

    /// <summary>Orders patches by descending <c>log(max(w, floorFactor mean(w))) + gumbel</c>. Overwrites <paramref name="gumbel"/> with the sorted keys.</summary>
    /// <param name="weights">Weight of each patch, <c>[N]</c>, finite and at least 0.</param>
    /// <param name="gumbel">A standard Gumbel number for each patch, <c>[N]</c>.</param>
    /// <param name="floorFactor">The floor, in mean weights.</param>
    /// <param name="order">Receives the patch numbers, <c>[N]</c>.</param>
    public static void Order(ReadOnlySpan<float> weights, Span<double> gumbel, double floorFactor, Span<int> order)
    {
        double floor = floorFactor * MeanOf(weights);
        for (int patch = 0; patch < weights.Length; patch++)
        {
            double weight = Math.Max(weights[patch], floor);
            // Negated, since the sort is ascending.
            gumbel[patch] = -((weight > 0 ? Math.Log(weight) : LogOfZero) + gumbel[patch]);
        }

        PlanCounts.Enumerate(order);
        gumbel.Sort(order);
    }

    private static double MeanOf(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum / weights.Length;
    }
}
