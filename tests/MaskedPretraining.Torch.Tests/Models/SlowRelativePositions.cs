using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Tests.Models;

/// <summary>BEiT's rows of the table of relative positions, pair by pair.</summary>
internal static class SlowRelativePositions
{
    /// <param name="grid">The grid of patches.</param>
    /// <param name="query">Token number, 0 for the class token.</param>
    /// <param name="key">Token number, 0 for the class token.</param>
    public static long RowOf(PatchGrid grid, long query, long key)
    {
        long last = (((2 * grid.Rows) - 1) * ((2 * grid.Columns) - 1)) + 2;
        if (query == 0 || key == 0)
        {
            return query == 0 && key == 0 ? last : key == 0 ? last - 1 : last - 2;
        }

        long down = ((query - 1) / grid.Columns) - ((key - 1) / grid.Columns), right = ((query - 1) % grid.Columns) - ((key - 1) % grid.Columns);
        return ((down + grid.Rows - 1) * ((2 * grid.Columns) - 1)) + right + grid.Columns - 1;
    }
}
