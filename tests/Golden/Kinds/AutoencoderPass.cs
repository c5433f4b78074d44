using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>A masked autoencoder with a case's weights. The cases' images are already scaled.</summary>
internal sealed class AutoencoderPass : IDisposable
{
    private readonly Objective _objective;

    public AutoencoderPass(GoldenCase golden)
    {
        Options = EngineCase.Encoder(golden);
        _objective = new Objective(new PixelTarget(golden.Options.GetProperty("normalize_pixels").GetBoolean()), ReconstructionError.Squared);
        Autoencoder = MaskedImageModel.Create(Options, EngineCase.Decoder(golden), Options.PatchLength, ScalarType.Float32, CPU);
        Autoencoder.Load(EngineCase.Weights(golden));
    }

    public VisionTransformerOptions Options { get; }

    public MaskedImageModel Autoencoder { get; }

    /// <summary>Predictions <c>[B*m, P*P*C]</c> and the loss of a masked batch.</summary>
    public (Tensor Predictions, Tensor Loss) Loss(float[] images, long[] visible, long[] masked)
    {
        int batch = images.Length / (Options.Grid.Count * Options.PatchLength);
        float[] patches = EngineCase.Patches(images, Options);
        var step = new StepTensors(batch, EngineCase.Rows(patches, Options, batch, visible), EngineCase.Upload(TokenNumbers.WithClass(batch, visible)), EngineCase.Rows(patches, Options, batch, masked))
        {
            MaskedTokens = EngineCase.Upload(TokenNumbers.Of(masked)),
        };
        var predictions = Autoencoder.Forward(step);
        return (predictions, _objective.Of(predictions, step, masked.Length).Loss);
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
