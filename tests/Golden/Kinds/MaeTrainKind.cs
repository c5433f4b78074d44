using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class MaeTrainKind : IGoldenKind
{
    public string Name => "mae-train";

    public void Run(GoldenCase golden)
    {
        using var model = new AutoencoderPass(golden);
        var betas = golden.Options.GetProperty("betas");
        using var optimizer = new AdamW(model.Autoencoder.Parameters, new AdamWOptions(
            betas[0].GetDouble(), betas[1].GetDouble(), golden.Options.GetProperty("eps").GetDouble(), golden.Options.GetProperty("weight_decay").GetDouble()));
        float[] images = golden.Single("in/images"), noise = golden.Single("in/noise"), rates = golden.Single("in/learning_rates");
        int steps = rates.Length;
        var losses = new float[steps];
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (visible, masked) = EngineCase.MaskByNoise(Slice(noise, step, steps), model.Options.Grid.Count, golden.Options.GetProperty("mask_ratio").GetDouble());
            var (_, loss) = model.Loss(Slice(images, step, steps), visible, masked);
            losses[step] = loss.item<float>();
            loss.backward();
            optimizer.Step(rates[step]);
        }

        golden.Expect("out/losses", losses, steps);
        var weights = model.Autoencoder.Store();
        foreach (string name in weights.Names)
        {
            golden.Expect($"out/weights/{name}", weights[name].ToSingles(), [.. weights[name].Shape]);
        }
    }

    private static float[] Slice(float[] values, int step, int steps) => values[(values.Length / steps * step)..(values.Length / steps * (step + 1))];
}
