using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>SimMIM's mask units from given permutations.</summary>
internal sealed class SimMimMaskKind : IGoldenKind
{
    public string Name => "simmim-mask";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        int side = options.GetProperty("patches_per_unit_side").GetInt32();
        var grid = new PatchGrid(options.GetProperty("unit_rows").GetInt32() * side, options.GetProperty("unit_cols").GetInt32() * side);
        var units = new MaskUnits(Name, grid, side);
        var counts = units.CountsOf(options.GetProperty("mask_ratio").GetDouble(), options.GetProperty("throw_ratio").GetDouble());
        var patches = units.InPatches(counts);
        int[][] orders = [.. golden.Int64("in/permutation").Select(unit => (int)unit).Chunk(units.Grid.Count)];
        var codes = new long[orders.Length * grid.Count];
        Array.Fill(codes, -1);
        for (int image = 0; image < orders.Length; image++)
        {
            var (visible, masked) = (new int[patches.Visible], new int[patches.Masked]);
            units.Split(orders[image], counts, ThrowMode.Middle, visible, masked);
            Array.ForEach(visible, patch => codes[image * grid.Count + patch] = 0);
            Array.ForEach(masked, patch => codes[image * grid.Count + patch] = 1);
        }

        golden.Expect("out/codes", codes, orders.Length, grid.Rows, grid.Columns);
    }
}
