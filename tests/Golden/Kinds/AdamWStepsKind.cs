using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class AdamWStepsKind : IGoldenKind
{
    public string Name => "adamw-steps";

    public void Run(GoldenCase golden) => OptimizerCase.Run(golden, arena =>
    {
        var betas = golden.Options.GetProperty("betas");
        var optimizer = new AdamW(arena, new AdamWOptions(
            betas[0].GetDouble(), betas[1].GetDouble(), golden.Options.GetProperty("eps").GetDouble(), golden.Options.GetProperty("weight_decay").GetDouble()));
        return (optimizer, optimizer.Step);
    });
}
