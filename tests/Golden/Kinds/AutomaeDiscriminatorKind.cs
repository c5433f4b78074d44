using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Three passes of AutoMAE's discriminator, both losses and their gradients, and the state they leave behind.</summary>
internal sealed class AutomaeDiscriminatorKind : IGoldenKind
{
    public string Name => "automae-discriminator";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(EngineCase.Int(golden.Model, "rows"), EngineCase.Int(golden.Model, "cols"));
        var weights = EngineCase.Weights(golden);
        using var parameters = new ParameterArena([.. MaskDiscriminator.Declare(grid)], ScalarType.Float32, CPU);
        parameters.Load(weights);
        using var discriminator = new MaskDiscriminator(new MaskDiscriminatorOptions { MapScale = 1 }, grid, parameters);
        discriminator.Load(name => weights[name]);

        var real = discriminator.Forward(Maps("real"));
        var fake = discriminator.Forward(Maps("fake"));
        var lossOfDiscriminator = LeastSquaresGan.OfDiscriminator(real, fake);
        lossOfDiscriminator.backward();
        var maps = Maps("generated").requires_grad_();
        var generated = discriminator.Forward(maps, isFrozen: true);
        var lossOfGenerator = LeastSquaresGan.OfGenerator(generated);
        lossOfGenerator.backward();

        golden.Expect("out/score_real", TensorMemory.ToSingles(real), real.shape);
        golden.Expect("out/score_fake", TensorMemory.ToSingles(fake), fake.shape);
        golden.Expect("out/score_generated", TensorMemory.ToSingles(generated), generated.shape);
        golden.Expect("out/loss_discriminator", [lossOfDiscriminator.ToSingle()]);
        golden.Expect("out/loss_generator", [lossOfGenerator.ToSingle()]);
        golden.Expect("grad/generated", TensorMemory.ToSingles(maps.grad!), golden.ShapeOf("in/generated"));
        foreach (var spec in parameters.Specs)
        {
            golden.Expect($"grad/{spec.Name}", parameters.GradientOf(spec.Name), spec.Shape);
        }

        foreach (var vector in discriminator.Stream())
        {
            using var bytes = new MemoryStream();
            vector.WriteTo(bytes);
            float[] values = [.. Enumerable.Range(0, (int)vector.Shape[0]).Select(i => BitConverter.ToSingle(bytes.GetBuffer(), i * sizeof(float)))];
            golden.Expect($"out/buffers/{vector.Name}", values, [.. vector.Shape]);
        }

        Tensor Maps(string name) => TensorMemory.From<float>(golden.Single($"in/{name}"), ScalarType.Float32, CPU, golden.ShapeOf($"in/{name}")[0], grid.Count);
    }
}
