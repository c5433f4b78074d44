using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>SemMAE's quotas and masks from given noise.</summary>
internal sealed class SemMaeScheduleKind : IGoldenKind
{
    // SemMAE's exponent of the schedule.
    private const double Gamma = 2;

    public string Name => "semmae-schedule";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        int parts = options.GetProperty("parts").GetInt32();
        double ratio = options.GetProperty("mask_ratio").GetDouble();
        long[] shape = golden.ShapeOf("in/part_ids");
        var (batch, patches) = ((int)shape[0], (int)shape[1]);
        double lambda = PartQuotas.LambdaOf(new TrainingProgress(options.GetProperty("epoch").GetInt32(), options.GetProperty("total").GetInt32()), Gamma);
        int[][] ids = [.. golden.Int64("in/part_ids").Select(part => (int)part).Chunk(patches)];
        float[][] noise = [.. golden.Single("in/noise").Chunk(patches)];
        float[][] partNoise = [.. golden.Single("in/part_noise").Chunk(parts)];
        var visible = new int[(int)(patches * (1 - ratio))];
        var masked = new int[patches - visible.Length];
        var (ofPatches, ofParts, mixed, kept, mask) = (new List<long>(), new List<long>(), new List<long>(), new List<long>(), new byte[batch * patches]);
        for (int image = 0; image < batch; image++)
        {
            int[] sizes = [.. Enumerable.Range(0, parts).Select(part => ids[image].Count(id => id == part))];
            var (quotas, whole) = (new int[parts], new int[parts]);
            PartQuotas.OfPatches(sizes, ratio, quotas);
            ofPatches.AddRange(quotas.Select(quota => (long)quota));
            PartQuotas.OfParts(sizes, partNoise[image], ratio, patches, whole);
            ofParts.AddRange(whole.Select(quota => (long)quota));
            PartQuotas.Mix(lambda, quotas, whole);
            mixed.AddRange(quotas.Select(quota => (long)quota));
            PartQuotas.Split(ids[image], noise[image], quotas, visible, masked);
            kept.AddRange(visible.Select(patch => (long)patch));
            Array.ForEach(masked, patch => mask[image * patches + patch] = 1);
        }

        golden.Expect("out/lambda", [lambda]);
        golden.Expect("out/quota_patch", ofPatches.ToArray(), batch, parts);
        golden.Expect("out/quota_part", ofParts.ToArray(), batch, parts);
        golden.Expect("out/quota", mixed.ToArray(), batch, parts);
        golden.Expect("out/visible_ids", kept.ToArray(), batch, visible.Length);
        golden.Expect("out/mask", mask, shape);
    }
}
