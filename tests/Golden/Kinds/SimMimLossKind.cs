using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>SimMIM's own names and element order against this library's: no key bias, pixels as (channel, y, x), a prefix before the encoder.</summary>
internal sealed class SimMimLossKind : IGoldenKind
{
    private const string EncoderPrefix = "encoder.";

    public string Name => "simmim-loss";

    public void Run(GoldenCase golden)
    {
        var options = EngineCase.Encoder(golden);
        options.LayerScale = 0.1;
        options.LayerScaleOnAttention = golden.Options.GetProperty("layer_scale_on_attention").GetBoolean();
        int side = options.PatchSize, channels = options.Channels, width = options.Width, depth = options.Depth;
        var source = EngineCase.Weights(golden);
        var weights = new StateDictionary();
        foreach (string name in source.Names.Where(name => name.StartsWith(EncoderPrefix, StringComparison.Ordinal)))
        {
            weights[name[EncoderPrefix.Length..]] = source[name];
        }

        for (int block = 0; block < depth; block++)
        {
            string attention = $"blocks.{block}.attn.";
            weights[$"{attention}qkv.bias"] = TensorData.FromSingles([.. weights[$"{attention}q_bias"].ToSingles(), .. new float[width], .. weights[$"{attention}v_bias"].ToSingles()], [3 * width]);
        }

        weights["head.weight"] = TensorData.FromSingles(Reorder(source["decoder.0.weight"].ToSingles(), width, toPixelsFirst: true), [options.PatchLength, width]);
        weights["head.bias"] = TensorData.FromSingles(Reorder(source["decoder.0.bias"].ToSingles(), 1, toPixelsFirst: true), [options.PatchLength]);

        using var pass = new MaskTokenPass(options, new Objective(new PixelTarget(normalize: false), ReconstructionError.Absolute), weights);
        var (loss, kept) = pass.Backward(golden.Single("in/images"), golden.Int64("in/codes"));
        long batch = golden.ShapeOf("in/images")[0];
        golden.Expect("out/loss", [loss]);
        golden.Expect("out/kept_ids", kept, batch, kept.Length / batch);
        foreach (var spec in pass.Model.Parameters.Specs)
        {
            float[] gradient = pass.Model.Parameters.GradientOf(spec.Name);
            if (spec.Name.EndsWith("attn.qkv.bias", StringComparison.Ordinal))
            {
                string prefix = $"grad/{EncoderPrefix}{spec.Name[..^"qkv.bias".Length]}";
                golden.Expect($"{prefix}q_bias", gradient[..width], width);
                golden.Expect($"{prefix}v_bias", gradient[(2 * width)..], width);
            }
            else if (spec.Name.StartsWith("head.", StringComparison.Ordinal))
            {
                bool isWeight = spec.Name.EndsWith(".weight", StringComparison.Ordinal);
                long[] shape = isWeight ? [options.PatchLength, width, 1, 1] : [options.PatchLength];
                golden.Expect($"grad/decoder.0.{(isWeight ? "weight" : "bias")}", Reorder(gradient, isWeight ? width : 1, toPixelsFirst: false), shape);
            }
            else
            {
                golden.Expect($"grad/{EncoderPrefix}{spec.Name}", gradient, spec.Shape);
            }
        }

        // Rows of `length` numbers from the order (channel, y, x) to (y, x, channel), or back.
        float[] Reorder(float[] rows, int length, bool toPixelsFirst)
        {
            var result = new float[rows.Length];
            for (int pixel = 0; pixel < side * side; pixel++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    int planar = (channel * side * side) + pixel, pixelsFirst = (pixel * channels) + channel;
                    var (from, to) = toPixelsFirst ? (planar, pixelsFirst) : (pixelsFirst, planar);
                    rows.AsSpan(from * length, length).CopyTo(result.AsSpan(to * length));
                }
            }

            return result;
        }
    }
}
