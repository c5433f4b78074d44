using MaskedPretraining.Core.Attention;
using MaskedPretraining.Torch.Models;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class AttentionMapKind : IGoldenKind
{
    public string Name => "attention-map";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var run = new EncoderPass(golden);
        var normalization = golden.Options.GetProperty("head_normalization").GetString() switch
        {
            "per-head-then-mean" => HeadNormalization.PerHeadThenMean,
            "mean-then-min-max" => HeadNormalization.MeanThenMinMax,
            var other => throw new NotSupportedException($"head_normalization '{other}' is not known."),
        };
        float[] rows = AttentionMaps.Of(run.Encoder.ClassAttention(run.Patches, run.Tokens, run.Batch), normalization);
        golden.Expect("out/map", rows, run.Batch, run.Options.Grid.Rows, run.Options.Grid.Columns);
    }
}
