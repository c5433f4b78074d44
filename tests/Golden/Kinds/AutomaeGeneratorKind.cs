using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>AutoMAE's generator, its sample, the guided shuffle, and the gradient of the gated tokens.</summary>
internal sealed class AutomaeGeneratorKind : IGoldenKind
{
    public string Name => "automae-generator";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var (model, options) = (golden.Model, golden.Options);
        var grid = new PatchGrid(EngineCase.Int(model, "rows"), EngineCase.Int(model, "cols"));
        int heads = EngineCase.Int(model, "heads");
        var generatorOptions = new MaskGeneratorOptions
        {
            Hidden = EngineCase.Int(model, "hidden"),
            AttentionScale = options.GetProperty("attention_scale").GetDouble(),
            Temperature = options.GetProperty("temperature").GetDouble(),
        };
        var shuffleOptions = new GuidedShuffleOptions { MaskRatio = options.GetProperty("mask_ratio").GetDouble(), TopBonus = options.GetProperty("top_bonus").GetDouble() };
        using var parameters = new ParameterArena([.. MaskGenerator.Declare(generatorOptions, heads)], ScalarType.Float32, CPU);
        parameters.Load(EngineCase.Weights(golden));
        var generator = new MaskGenerator(generatorOptions, grid, parameters);
        long batch = golden.ShapeOf("in/attention")[0], patches = grid.Count, width = golden.ShapeOf("in/tokens")[2];

        var logits = generator.Forward(Upload("in/attention", batch, heads, patches));
        var sample = generator.Sample(logits, Upload("in/gumbel", batch, patches));
        var counts = shuffleOptions.CountsOn(grid);
        var plan = new GuidedShuffle(counts, shuffleOptions.TopCountOn(grid), shuffleOptions.TopBonus).Plan(sample, Upload("in/uniform", batch, patches));
        var visible = Upload("in/tokens", batch, patches, width).gather(1, plan.Visible.unsqueeze(2).expand(-1, -1, width)).mul(plan.Gate.unsqueeze(2));
        var value = visible.mul(Upload("in/coefficients", batch, counts.Visible, width)).sum();
        value.backward();

        golden.Expect("out/logits", TensorMemory.ToSingles(logits), batch, patches);
        golden.Expect("out/sample", TensorMemory.ToSingles(sample), batch, patches);
        golden.Expect("out/score", TensorMemory.ToSingles(plan.Scores), batch, patches);
        golden.Expect("out/top_ids", EngineCase.Download(plan.TopIds), batch, options.GetProperty("top_count").GetInt64());
        golden.Expect("out/visible_ids", EngineCase.Download(plan.Visible), batch, counts.Visible);
        golden.Expect("out/mask", EngineCase.MaskOf(EngineCase.Download(plan.Masked), (int)batch, grid.Count), batch, patches);
        golden.Expect("out/value", [value.ToSingle()]);
        foreach (var spec in parameters.Specs)
        {
            golden.Expect($"grad/{spec.Name}", parameters.GradientOf(spec.Name), spec.Shape);
        }

        Tensor Upload(string name, params long[] shape) => TensorMemory.From<float>(golden.Single(name), ScalarType.Float32, CPU, shape);
    }
}
