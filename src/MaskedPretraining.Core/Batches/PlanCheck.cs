using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Batches;

/// <summary>Holds a masking strategy to its contract, because an index out of range ends the process in native code. Not thread safe.</summary>
/// <param name="strategy">The strategy.</param>
/// <param name="patches">Number of patches N.</param>
internal sealed class PlanCheck(IMaskingStrategy strategy, int patches)
{
    /// <summary>Stands in a list where the strategy wrote nothing.</summary>
    public const int Unset = -1;

    private readonly bool[] _seen = new bool[patches];

    /// <summary>Checks the counts of an epoch.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="counts">What it returned.</param>
    /// <exception cref="InvalidOperationException">They do not add up.</exception>
    public static void Counts(IMaskingStrategy strategy, PatchGrid grid, MaskCounts counts)
    {
        if (counts.Masked < 1 || counts.Visible < 1 || counts.Thrown < 0 || counts.Masked + counts.Thrown + counts.Visible != grid.Count)
        {
            throw new InvalidOperationException(
                $"{strategy.GetType().Name} wants to mask {counts.Masked}, throw {counts.Thrown} and keep {counts.Visible} of {grid.Count} patches ({grid}); at least one must be masked, at least one visible, and they must add up. Lower its mask or throw ratio, or use smaller patches.");
        }
    }

    /// <summary>Checks the plan of an image.</summary>
    /// <param name="visible">Visible patches.</param>
    /// <param name="masked">Masked patches.</param>
    /// <param name="count">How many of them the strategy says it has masked.</param>
    /// <exception cref="InvalidOperationException">The count is out of range, or an index is missing, out of range or repeated.</exception>
    public void Plan(ReadOnlySpan<int> visible, ReadOnlySpan<int> masked, int count)
    {
        if (count < 0 || count > masked.Length)
        {
            throw new InvalidOperationException($"{strategy.GetType().Name} says that it masked {count} patches, but its list has room for {masked.Length}; Plan must return 0 to {masked.Length}.");
        }

        if (count < masked.Length && !strategy.VariesBetweenImages)
        {
            throw new InvalidOperationException($"{strategy.GetType().Name} masked {count} of {masked.Length} patches; return {masked.Length}, or let VariesBetweenImages say that counts may be lower.");
        }

        Array.Clear(_seen);
        Mark(visible, nameof(visible));
        Mark(masked, nameof(masked));
    }

    private void Mark(ReadOnlySpan<int> list, string name)
    {
        for (int place = 0; place < list.Length; place++)
        {
            int patch = list[place];
            if ((uint)patch >= (uint)_seen.Length)
            {
                string what = patch == Unset ? "nothing" : $"patch {patch}";
                throw new InvalidOperationException($"{strategy.GetType().Name} wrote {what} at place {place} of the {list.Length} {name} patches; it must write patches 0 to {_seen.Length - 1}.");
            }

            if (_seen[patch])
            {
                throw new InvalidOperationException($"{strategy.GetType().Name} named patch {patch} twice, the second time at place {place} of the {list.Length} {name} patches; every patch may be visible or masked once.");
            }

            _seen[patch] = true;
        }
    }
}
