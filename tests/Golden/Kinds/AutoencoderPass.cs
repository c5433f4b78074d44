using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>A masked autoencoder with a case's weights. The cases' images are already scaled.</summary>
internal sealed class AutoencoderPass : IDisposable
{
    private readonly PixelTarget _target;
    private readonly MaeDecoderOptions _decoder;

    public AutoencoderPass(GoldenCase golden)
    {
        (Options, _decoder) = (EngineCase.Encoder(golden), EngineCase.Decoder(golden));
        _target = new PixelTarget(golden.Options.GetProperty("normalize_pixels").GetBoolean());
        Autoencoder = new MaskedAutoencoder(Options, _decoder, ScalarType.Float32, CPU);
        Autoencoder.Load(EngineCase.Weights(golden));
    }

    public VisionTransformerOptions Options { get; }

    public MaskedAutoencoder Autoencoder { get; }

    /// <summary>Predictions <c>[B*m, P*P*C]</c> and the loss of a masked batch.</summary>
    public (Tensor Predictions, Tensor Loss) Loss(float[] images, long[] visible, long[] masked)
    {
        int length = Options.PatchLength, count = Options.Grid.Count, batch = images.Length / (count * length);
        float[] patches = EngineCase.Patches(images, Options);
        using var scaling = new PixelScaling(Options, CPU);
        var assembler = new StepAssembler(Options, scaling, CPU);
        var predictions = Autoencoder.Forward(
            Rows(visible), assembler.TokenNumbers(batch, visible, classToken: true), assembler.TokenNumbers(batch, masked, classToken: false), batch);
        return (predictions, ReconstructionLoss.MeanSquaredError(predictions, _target.Of(Rows(masked))));

        Tensor Rows(long[] numbers)
        {
            int perImage = numbers.Length / batch;
            float[] rows = [.. numbers.SelectMany((number, i) => patches.Skip(((i / perImage * count) + (int)number) * length).Take(length))];
            return TensorMemory.From<float>(rows, ScalarType.Float32, CPU, numbers.Length, length);
        }
    }

    public void ExpectLossAndGradients(GoldenCase golden, float[] images, long[] visible, long[] masked)
    {
        using var scope = NewDisposeScope();
        var (predictions, loss) = Loss(images, visible, masked);
        loss.backward();
        long batch = golden.ShapeOf("in/images")[0];
        golden.Expect("out/pred", TensorMemory.ToSingles(predictions), batch, masked.Length / batch, Options.PatchLength);
        golden.Expect("out/loss", [loss.item<float>()]);
        foreach (var spec in Autoencoder.Parameters.Specs)
        {
            golden.Expect($"grad/{spec.Name}", Autoencoder.Parameters.GradientOf(spec.Name), spec.Shape);
        }
    }

    public void Dispose() => Autoencoder.Dispose();
}
