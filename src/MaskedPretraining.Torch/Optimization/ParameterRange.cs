namespace MaskedPretraining.Torch.Optimization;

/// <summary>Neighbouring elements of a <see cref="ParameterArena"/> that an optimizer treats alike.</summary>
/// <param name="Start">First element.</param>
/// <param name="End">One behind the last.</param>
/// <param name="RateScale">What the learning rate is multiplied by.</param>
/// <param name="IsDecayed">Whether weight decay applies.</param>
internal sealed record ParameterRange(long Start, long End, double RateScale, bool IsDecayed)
{
    /// <summary>All parameters, decayed ones apart from the others.</summary>
    public static IReadOnlyList<ParameterRange> All(ParameterArena arena) =>
        [new(0, arena.DecayedLength, 1, true), new(arena.DecayedLength, arena.Length, 1, false)];

    /// <summary>The parameters that are trained in fine-tuning, each with the rate of its layer. What lies in no range is never touched.</summary>
    /// <param name="arena">The parameters.</param>
    /// <param name="layers">Says a parameter's rate.</param>
    /// <param name="isTrained">Whether a parameter of a name is trained.</param>
    public static IReadOnlyList<ParameterRange> Of(ParameterArena arena, LayerDecay layers, Predicate<string> isTrained)
    {
        var ranges = new List<ParameterRange>();
        foreach (var slot in arena.Slots.Where(slot => isTrained(slot.Spec.Name)))
        {
            var range = new ParameterRange(slot.Offset, slot.Offset + slot.Spec.Count, layers.ScaleOf(slot.Spec.Name), slot.Spec.IsDecayed);
            // Slots that follow each other but for padding, which is zero and stays so.
            if (ranges is [.., var last] && last.RateScale == range.RateScale && last.IsDecayed == range.IsDecayed && range.Start - last.End < ParameterArena.Alignment)
            {
                ranges[^1] = last with { End = range.End };
            }
            else
            {
                ranges.Add(range);
            }
        }

        return ranges;
    }
}
