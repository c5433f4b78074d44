using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>MAE's random masking from given noise.</summary>
internal sealed class MaeMaskKind : IGoldenKind
{
    public string Name => "mae-mask";

    public void Run(GoldenCase golden)
    {
        long[] shape = golden.ShapeOf("in/noise");
        int batch = (int)shape[0];
        int patches = (int)shape[1];
        var counts = new RandomMasking(golden.Options.GetProperty("mask_ratio").GetDouble()).CountsAt(new PatchGrid(1, patches), default);
        float[] noise = golden.Single("in/noise");
        var visible = new long[batch * counts.Visible];
        var masked = new long[batch * counts.Masked];
        var restore = new long[batch * patches];
        var mask = new byte[batch * patches];
        for (int image = 0; image < batch; image++)
        {
            var visibleHere = new int[counts.Visible];
            var maskedHere = new int[counts.Masked];
            PlanCounts.KeepSmallest(noise.AsSpan(image * patches, patches), visibleHere, maskedHere);
            Copy(visibleHere, visible.AsSpan(image * counts.Visible));
            Copy(maskedHere, masked.AsSpan(image * counts.Masked));
            Restore(visibleHere, maskedHere, restore.AsSpan(image * patches), mask.AsSpan(image * patches));
        }

        golden.Expect("out/visible_ids", visible, batch, counts.Visible);
        golden.Expect("out/masked_ids", masked, batch, counts.Masked);
        golden.Expect("out/restore_ids", restore, batch, patches);
        golden.Expect("out/mask", mask, batch, patches);
    }

    private static void Copy(int[] from, Span<long> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    private static void Restore(int[] visible, int[] masked, Span<long> restore, Span<byte> mask)
    {
        int rank = 0;
        foreach (int patch in visible.Concat(masked))
        {
            mask[patch] = (byte)(rank < visible.Length ? 0 : 1);
            restore[patch] = rank++;
        }
    }
}
