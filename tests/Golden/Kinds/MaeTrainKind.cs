using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class MaeTrainKind : IGoldenKind
{
    public string Name => "mae-train";

    public void Run(GoldenCase golden)
    {
        Train(golden, (model, images, visible, masked) => model.Backward(images, visible, masked).Loss);
        Train(golden, (model, images, visible, masked) => model.BackwardOnKernels(images, visible, masked));
    }

    private static void Train(GoldenCase golden, Func<AutoencoderPass, float[], long[], long[], float> backward)
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
            var (visible, masked) = EngineCase.MaskByNoise(Slice(noise, step, steps), model.Options.Grid.Count, golden.Options.GetProperty("mask_ratio").GetDouble());
            losses[step] = backward(model, Slice(images, step, steps), visible, masked);
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
