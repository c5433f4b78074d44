using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Masking;

/// <summary>A plan as text, one line a row of patches: <c>#</c> masked, <c>x</c> thrown, <c>.</c> visible.</summary>
internal static class MaskPicture
{
    public static string Of(PatchGrid grid, ReadOnlySpan<int> visible, ReadOnlySpan<int> masked)
    {
        var patches = new char[grid.Count];
        Array.Fill(patches, 'x');
        foreach (int patch in masked)
        {
            patches[patch] = '#';
        }

        foreach (int patch in visible)
        {
            patches[patch] = '.';
        }

        return string.Join("\n", patches.Chunk(grid.Columns).Select(row => new string(row)));
    }
}
