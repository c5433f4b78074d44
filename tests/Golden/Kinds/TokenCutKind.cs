using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Normalised cut of patch keys.</summary>
internal sealed class TokenCutKind : IGoldenKind
{
    public string Name => "tokencut";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        var grid = new PatchGrid(EngineCase.Int(options, "rows"), EngineCase.Int(options, "cols"));
        var cut = new TokenCut(grid, (int)golden.ShapeOf("in/keys")[1], new TokenCutOptions
        {
            Threshold = options.GetProperty("tau").GetDouble(),
            WeakEdge = options.GetProperty("eps").GetDouble(),
        });
        var result = cut.Segment(golden.Single("in/keys"))[0];
        golden.Expect("out/lambda2", [result.SecondEigenvalue]);
        golden.Expect("out/lambda3", [result.ThirdEigenvalue]);
        golden.Expect("out/degenerate", [(byte)(result.IsDegenerate ? 1 : 0)]);
        golden.Expect("out/map", result.Map.Values, grid.Rows, grid.Columns);
        if (result.Region is not { } region)
        {
            return;
        }

        golden.Expect("out/seed", [(long)region.Seed]);
        golden.Expect("out/eigenvector", result.Eigenvector, grid.Rows, grid.Columns);
        golden.Expect("out/partition", Bytes(region.Partition), grid.Rows, grid.Columns);
        golden.Expect("out/component", Bytes(region.Component), grid.Rows, grid.Columns);
        var box = result.BoxInPixels(EngineCase.Int(options, "patch_size"), EngineCase.Int(options, "image_height"), EngineCase.Int(options, "image_width"))!.Value;
        golden.Expect("out/box", [(long)box.Left, (long)box.Top, (long)box.Right, (long)box.Bottom], 4);
    }

    private static byte[] Bytes(bool[] cells) => Array.ConvertAll(cells, cell => (byte)(cell ? 1 : 0));
}
