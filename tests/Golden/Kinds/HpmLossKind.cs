using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>HPM's loss of predicted losses, and its gradient.</summary>
internal sealed class HpmLossKind : IGoldenKind
{
    public string Name => "hpm-loss";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        long[] shape = golden.ShapeOf("in/predicted");
        var predicted = Upload("in/predicted").requires_grad_();
        var loss = golden.Options.GetProperty("form").GetString() switch
        {
            "relative" => LossPrediction.Relative(predicted, Upload("in/actual"), PairsOf(golden.Single("in/actual"), (int)shape[1])),
            "absolute" => LossPrediction.Absolute(predicted, Upload("in/actual"), shape[0] * shape[1]),
            var other => throw new NotSupportedException($"There is no form '{other}'."),
        };
        loss.backward();
        golden.Expect("out/loss", [loss.ToSingle()]);
        golden.Expect("grad/predicted", TensorMemory.ToSingles(predicted.grad!), shape);

        Tensor Upload(string name) => TensorMemory.From<float>(golden.Single(name), ScalarType.Float32, CPU, shape);
    }

    // The papers' code leaves ties out of the average.
    private static long PairsOf(float[] actual, int patches) => actual.Chunk(patches).Sum(losses => losses.Sum(loss => (long)losses.Count(other => other > loss)));
}
