using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Masks from given noise, band-pass filtered.</summary>
internal sealed class GreenNoiseKind : IGoldenKind
{
    public string Name => "green-noise";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        var grid = new PatchGrid(options.GetProperty("rows").GetInt32(), options.GetProperty("cols").GetInt32());
        var (narrow, wide) = (options.GetProperty("sigma_narrow").GetDouble(), options.GetProperty("sigma_wide").GetDouble());
        var counts = new NoiseMasking(options.GetProperty("mask_ratio").GetDouble(), narrow, wide).CountsAt(grid, default);
        var filter = new BandPassFilter(grid, narrow, wide);
        double[][] noise = [.. golden.Double("in/noise").Chunk(grid.Count)];
        var scores = new double[noise.Length * grid.Count];
        var kept = new long[noise.Length * counts.Visible];
        var mask = new byte[scores.Length];
        for (int image = 0; image < noise.Length; image++)
        {
            var here = new double[grid.Count];
            filter.Apply(noise[image], here);
            here.CopyTo(scores, image * grid.Count);
            var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
            NoiseMasking.KeepLargest(here, visible, masked);
            Array.ConvertAll(visible, patch => (long)patch).CopyTo(kept, image * counts.Visible);
            Array.ForEach(masked, patch => mask[image * grid.Count + patch] = 1);
        }

        golden.Expect("out/scores", scores, noise.Length, grid.Count);
        golden.Expect("out/visible_ids", kept, noise.Length, counts.Visible);
        golden.Expect("out/mask", mask, noise.Length, grid.Count);
    }
}
