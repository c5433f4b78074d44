using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Attention-guided token masking from given noise.</summary>
internal sealed class AttMaskKind : IGoldenKind
{
    public string Name => "attmask";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        long[] shape = golden.ShapeOf("in/attention");
        int patches = (int)shape[1];
        var mode = options.GetProperty("mode").GetString() switch
        {
            "high" => AttentionTopMode.High,
            "hint" => AttentionTopMode.Hint,
            "low" => AttentionTopMode.Low,
            var other => throw new NotSupportedException($"There is no mode '{other}'."),
        };
        var draw = AttentionTopDraw.Of(patches, options.GetProperty("mask_ratio").GetDouble(), options.GetProperty("show_max").GetDouble(), mode);
        float[][] attention = [.. golden.Single("in/attention").Chunk(patches)];
        float[][] noise = [.. golden.Single("in/reveal_noise").Chunk(patches)];
        float[] apply = golden.Single("in/apply_noise");
        var mask = new byte[attention.Length * patches];
        for (int image = 0; image < attention.Length; image++)
        {
            var ties = new float[patches];
            var order = new int[patches];
            AttentionTopDraw.Order(attention[image], ties, mode, order);
            var isMasked = new bool[patches];
            if (apply[image] <= options.GetProperty("probability").GetDouble())
            {
                float[] noiseOfCandidates = [.. order.Take(draw.Candidates).Select(patch => noise[image][patch])];
                draw.Mark(order, noiseOfCandidates, isMasked);
            }

            Array.ConvertAll(isMasked, masked => (byte)(masked ? 1 : 0)).CopyTo(mask, image * patches);
        }

        golden.Expect("out/mask", mask, shape);
    }
}
