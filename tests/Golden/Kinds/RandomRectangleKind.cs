using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Maps of rectangles from given draws and noise.</summary>
internal sealed class RandomRectangleKind : IGoldenKind
{
    public string Name => "random-rectangle";

    public void Run(GoldenCase golden)
    {
        int side = EngineCase.Int(golden.Options, "grid");
        var grid = new PatchGrid(side, side);
        long[][] draws = [.. golden.Int64("in/draws").Chunk(4)];
        float[] maps = golden.Single("in/noise");
        var rows = new long[draws.Length];
        for (int image = 0; image < draws.Length; image++)
        {
            var (area, columns, left, top) = ((int)draws[image][0], (int)draws[image][1], (int)draws[image][2], (int)draws[image][3]);
            var rectangle = new RandomRectangle(top, left, RandomRectangle.RowsOf(area, columns, side), columns);
            rows[image] = rectangle.Rows;
            RandomRectangles.ToMap(maps.AsSpan(image * grid.Count, grid.Count), grid, rectangle, golden.Options.GetProperty("bonus").GetDouble());
        }

        golden.Expect("out/rows", rows, draws.Length);
        golden.Expect("out/map", maps, draws.Length, 1, side, side);
    }
}
