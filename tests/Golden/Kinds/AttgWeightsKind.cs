using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Loss weights of patches from a map.</summary>
internal sealed class AttgWeightsKind : IGoldenKind
{
    public string Name => "attg-weights";

    public void Run(GoldenCase golden)
    {
        long[] shape = golden.ShapeOf("in/map");
        double temperature = golden.Options.GetProperty("tau").GetDouble();
        float[] normalized = AttgCase.Normalized(golden, (int)shape[1]);
        golden.Expect("out/normalized", normalized, shape);
        golden.Expect("out/weights", Array.ConvertAll(normalized, value => AttentionLossWeights.Weight(value, temperature)), shape);
    }
}
