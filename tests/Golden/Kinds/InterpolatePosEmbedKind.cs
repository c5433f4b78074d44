using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Trained positions brought to another grid.</summary>
internal sealed class InterpolatePosEmbedKind : IGoldenKind
{
    public string Name => "interpolate-pos-embed";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        int Option(string name) => options.GetProperty(name).GetInt32();
        int width = (int)golden.ShapeOf("in/pos_embed")[2];
        var form = options.GetProperty("form").GetString() switch
        {
            "size" => PositionInterpolation.Size,
            "scale-factor" => PositionInterpolation.ScaleFactor,
            var other => throw new NotSupportedException($"form {other}"),
        };
        float[] table = PositionTableResampler.Resample(
            golden.Single("in/pos_embed"), Option("extra_tokens"), new PatchGrid(Option("rows"), Option("cols")), new PatchGrid(Option("new_rows"), Option("new_cols")), width, form);
        golden.Expect("out/pos_embed", table, 1, table.Length / width, width);
    }
}
