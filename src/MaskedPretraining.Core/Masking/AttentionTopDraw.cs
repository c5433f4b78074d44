namespace MaskedPretraining.Core.Masking;

/// <summary>The draw of attention-guided token masking, with the order of the patches and the random numbers given.</summary>
/// <param name="Masked">Patches masked before hints are shown.</param>
/// <param name="Candidates">The most attended patches, among which hints are shown.</param>
/// <param name="Shown">Hints.</param>
internal readonly record struct AttentionTopDraw(int Masked, int Candidates, int Shown)
{
    public static AttentionTopDraw Of(int patches, double maskRatio, double showMax, AttentionTopMode mode)
    {
        int masked = (int)(patches * maskRatio);
        return mode == AttentionTopMode.Hint
            ? new AttentionTopDraw(masked, (int)(patches * showMax), (int)(showMax * maskRatio * patches))
            : new AttentionTopDraw(masked, 0, 0);
    }

    /// <summary>Orders patches by attention, those to be masked first.</summary>
    /// <param name="weights">Attention of each patch, <c>[N]</c>.</param>
    /// <param name="ties">A number for each patch, <c>[N]</c>: the smaller comes first where attention is equal.</param>
    /// <param name="mode">Which patches are masked.</param>
    /// <param name="order">Receives the patch numbers, <c>[N]</c>.</param>
    public static void Order(ReadOnlySpan<float> weights, ReadOnlySpan<float> ties, AttentionTopMode mode, Span<int> order)
    {
        int count = order.Length;
        var keys = count <= PlanCounts.MaximumStackCount ? stackalloc (float Value, float Tie)[count] : new (float Value, float Tie)[count];
        for (int patch = 0; patch < count; patch++)
        {
            // The sort is ascending.
            keys[patch] = (mode == AttentionTopMode.Low ? weights[patch] : -weights[patch], ties[patch]);
        }

        PlanCounts.Enumerate(order);
        keys.Sort(order);
    }

    /// <summary>Marks the masked patches.</summary>
    /// <param name="order">All patches, those to be masked first; candidates are put into another order.</param>
    /// <param name="noise">A number for each candidate: those with the largest are shown. Overwritten.</param>
    /// <param name="isMasked">Receives the mask, <c>[N]</c>.</param>
    public void Mark(Span<int> order, Span<float> noise, Span<bool> isMasked)
    {
        isMasked.Clear();
        foreach (int patch in order[..Masked])
        {
            isMasked[patch] = true;
        }

        noise.Sort(order[..Candidates]);
        foreach (int patch in order[(Candidates - Shown)..Candidates])
        {
            isMasked[patch] = false;
        }
    }
}
