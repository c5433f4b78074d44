using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class LarsStepsKind : IGoldenKind
{
    public string Name => "lars-steps";

    public void Run(GoldenCase golden) => OptimizerCase.Run(golden, arena =>
    {
        var optimizer = new Lars(
            arena,
            golden.Options.GetProperty("momentum").GetDouble(),
            golden.Options.GetProperty("trust_coefficient").GetDouble(),
            golden.Options.GetProperty("weight_decay").GetDouble());
        return (optimizer, optimizer.Step);
    });
}
