using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Attention-driven masking and throwing from given weights and Gumbel noise.</summary>
internal sealed class AmtPlanKind : IGoldenKind
{
    public string Name => "amt-plan";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        long[] shape = golden.ShapeOf("in/weights");
        int patches = (int)shape[1];
        var counts = AttentionSampler.CountsOf(patches, options.GetProperty("mask_ratio").GetDouble(), options.GetProperty("throw_ratio").GetDouble());
        var mode = options.GetProperty("mode").GetString() switch
        {
            "throw-middle" => ThrowMode.Middle,
            "throw-low" => ThrowMode.Low,
            var other => throw new NotSupportedException($"There is no mode '{other}'."),
        };
        float[] weights = golden.Single("in/weights");
        double[] gumbel = golden.Double("in/gumbel");
        var permutation = new long[gumbel.Length];
        var codes = new long[gumbel.Length];
        Array.Fill(codes, -1);
        for (int start = 0; start < gumbel.Length; start += patches)
        {
            var order = new int[patches];
            AttentionSampler.Order(weights.AsSpan(start, patches), gumbel.AsSpan(start, patches), options.GetProperty("floor_factor").GetDouble(), order);
            Array.ConvertAll(order, patch => (long)patch).CopyTo(permutation, start);
            var visible = new int[counts.Visible];
            var masked = new int[counts.Masked];
            new MaskUnits(Name, new PatchGrid(1, patches), side: 1).Split(order, counts, mode, visible, masked);
            Array.ForEach(visible, patch => codes[start + patch] = 0);
            Array.ForEach(masked, patch => codes[start + patch] = 1);
        }

        golden.Expect("out/permutation", permutation, shape);
        golden.Expect("out/codes", codes, shape);
    }
}
