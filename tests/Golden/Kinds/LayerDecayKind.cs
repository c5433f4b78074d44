using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Layer, learning-rate factor and weight decay of every parameter in fine-tuning.</summary>
internal sealed class LayerDecayKind : IGoldenKind
{
    public string Name => "layer-decay";

    public void Run(GoldenCase golden)
    {
        var layers = new LayerDecay(EngineCase.Int(golden.Options, "depth"), golden.Options.GetProperty("layer_decay").GetDouble());
        double weightDecay = golden.Options.GetProperty("weight_decay").GetDouble();
        var parameters = golden.Options.GetProperty("parameters").EnumerateArray()
            .Select(parameter => (Name: parameter[0].GetString()!, Shape: parameter[1].EnumerateArray().Select(size => size.GetInt64()).ToArray()))
            .ToArray();
        golden.Expect("out/layer_id", Array.ConvertAll(parameters, parameter => (long)layers.LayerOf(parameter.Name)), parameters.Length);
        golden.Expect("out/lr_scale", Array.ConvertAll(parameters, parameter => layers.ScaleOf(parameter.Name)), parameters.Length);
        golden.Expect("out/weight_decay", Array.ConvertAll(parameters, parameter => LayerDecay.IsDecayed(parameter.Name, parameter.Shape) ? weightDecay : 0), parameters.Length);
    }
}
