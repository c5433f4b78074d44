using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class LinearProbeTrainKind : IGoldenKind
{
    public string Name => "linear-probe-train";

    public void Run(GoldenCase golden)
    {
        int width = EngineCase.Int(golden.Model, "width"), classes = EngineCase.Int(golden.Model, "classes");
        using var probe = new LinearProbe(width, classes, Option("batch_norm_eps"), Option("batch_norm_momentum"));
        probe.Parameters.Load(EngineCase.Weights(golden));
        using var optimizer = new Lars(probe.Parameters, Option("momentum"), Option("trust_coefficient"), Option("weight_decay"));
        float[] features = golden.Single("in/features"), rates = golden.Single("in/learning_rates");
        long[] labels = golden.Int64("in/labels");
        int batch = labels.Length / rates.Length;
        var losses = new float[rates.Length];
        for (int step = 0; step < rates.Length; step++)
        {
            using var scope = NewDisposeScope();
            var loss = probe.Loss(
                TensorMemory.From<float>(features.AsSpan(step * batch * width, batch * width), ScalarType.Float32, CPU, batch, width),
                TensorMemory.From<long>(labels.AsSpan(step * batch, batch), ScalarType.Int64, CPU, batch));
            losses[step] = loss.item<float>();
            loss.backward();
            optimizer.Step(rates[step]);
        }

        var weights = probe.ToWeights(null);
        golden.Expect("out/losses", losses, losses.Length);
        golden.Expect("out/weights/head.0.running_mean", weights.RunningMean, width);
        golden.Expect("out/weights/head.0.running_var", weights.RunningVariance, width);
        golden.Expect("out/weights/head.1.weight", weights.Weight, classes, width);
        golden.Expect("out/weights/head.1.bias", weights.Bias, classes);

        double Option(string name) => golden.Options.GetProperty(name).GetDouble();
    }
}
