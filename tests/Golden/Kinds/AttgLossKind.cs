using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>The attention-guided loss of given predictions, and its gradient.</summary>
internal sealed class AttgLossKind : IGoldenKind
{
    public string Name => "attg-loss";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        long[] shape = golden.ShapeOf("in/pred");
        var (batch, patches, length) = (shape[0], shape[1], shape[2]);
        double temperature = golden.Options.GetProperty("tau").GetDouble();
        float[] weights = Array.ConvertAll(AttgCase.Normalized(golden, (int)patches), value => AttentionLossWeights.Weight(value, temperature));
        golden.Expect("out/weights", weights, batch, patches);

        var targets = new PixelTarget(golden.Options.GetProperty("normalize_pixels").GetBoolean()).Of(Rows(EngineCase.Patches(golden.Single("in/images"), Layout(golden))));
        var predictions = Rows(golden.Single("in/pred")).requires_grad_();
        golden.Expect("out/error", TensorMemory.ToSingles(ReconstructionLoss.PerPatch(predictions, targets, ReconstructionError.Squared)), batch, patches);

        byte[] mask = golden.Bytes("in/mask");
        long[] rows = [.. Enumerable.Range(0, mask.Length).Where(row => mask[row] != 0).Select(row => (long)row)];
        float[] chosen = Array.ConvertAll(rows, row => weights[row]);
        AttentionLossWeights.ApplyScale(chosen, rows.Length, Options(golden));
        var masked = TensorMemory.From<long>(rows, ScalarType.Int64, CPU, rows.Length);
        var errors = ReconstructionLoss.PerPatch(predictions.index_select(0, masked), targets.index_select(0, masked), ReconstructionError.Squared);
        var loss = ReconstructionLoss.Sum(errors, TensorMemory.From<float>(chosen, ScalarType.Float32, CPU, rows.Length), rows.Length);
        loss.backward();
        golden.Expect("out/loss", [loss.ToSingle()]);
        golden.Expect("out/plain_loss", [ReconstructionLoss.Sum(errors, weights: null, rows.Length).ToSingle()]);
        golden.Expect("grad/pred", TensorMemory.ToSingles(predictions.grad!), shape);

        Tensor Rows(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, batch * patches, length);
    }

    private static VisionTransformerOptions Layout(GoldenCase golden)
    {
        long[] shape = golden.ShapeOf("in/images");
        return new VisionTransformerOptions { ImageHeight = (int)shape[2], ImageWidth = (int)shape[3], PatchSize = EngineCase.Int(golden.Options, "patch_size") };
    }

    private static AttentionLossOptions Options(GoldenCase golden) => new()
    {
        Gamma = golden.Options.GetProperty("gamma").GetDouble(),
        Scale = golden.Options.GetProperty("scale").GetString() == "fixed" ? LossScale.Fixed : LossScale.InverseMeanWeight,
    };
}
