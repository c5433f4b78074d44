using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class VitForwardKind : IGoldenKind
{
    public string Name => "vit-forward";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var run = new EncoderPass(golden);
        var (tokens, attention, keys) = run.Encoder.Inspect(run.Patches, run.Tokens, run.Batch);
        long batch = run.Batch, patches = run.Options.Grid.Count, width = run.Options.Width;
        var all = tokens.view(batch, patches + 1, width);
        golden.Expect("out/cls", TensorMemory.ToSingles(all.select(1, 0)), batch, width);
        golden.Expect("out/patches", TensorMemory.ToSingles(all.narrow(1, 1, patches)), batch, patches, width);
        golden.Expect("out/attention", TensorMemory.ToSingles(attention), batch, run.Options.Heads, patches + 1);
        golden.Expect("out/keys", TensorMemory.ToSingles(keys), batch, patches + 1, width);
    }
}
