using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>The fixed sine-cosine position table.</summary>
internal sealed class SinCosPositionTableKind : IGoldenKind
{
    public string Name => "sincos-position-table";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        var grid = new PatchGrid(options.GetProperty("rows").GetInt32(), options.GetProperty("cols").GetInt32());
        int width = options.GetProperty("width").GetInt32();
        float[] table = SinCosPositionTable.Create(grid, width, options.GetProperty("class_token").GetBoolean());
        golden.Expect("out/table", table, table.Length / width, width);
    }
}
