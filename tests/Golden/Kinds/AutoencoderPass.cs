using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>A masked autoencoder with a case's weights, on autograd's operations and on the kernels. The cases' images are already scaled.</summary>
internal sealed class AutoencoderPass : IDisposable
{
    private readonly Objective _objective;
    private readonly MaeDecoderOptions _decoder;

    public AutoencoderPass(GoldenCase golden)
    {
        Options = EngineCase.Encoder(golden);
        _objective = new Objective(new PixelTarget(golden.Options.GetProperty("normalize_pixels").GetBoolean()), ReconstructionError.Squared);
        _decoder = EngineCase.Decoder(golden);
        Autoencoder = MaskedImageModel.Create(Options, _decoder, Options.PatchLength, ScalarType.Float32, CPU);
        Autoencoder.Load(EngineCase.Weights(golden));
    }

    public VisionTransformerOptions Options { get; }

    public MaskedImageModel Autoencoder { get; }

    /// <summary>Adds the gradients of a masked batch's loss as autograd's operations work them out.</summary>
    /// <returns>Predictions <c>[B*m, P*P*C]</c> and the loss.</returns>
    public (float[] Predictions, float Loss) Backward(float[] images, long[] visible, long[] masked)
    {
        using var scope = NewDisposeScope();
        var step = StepOf(images, visible, masked);
        var predictions = Autoencoder.Forward(step);
        var loss = _objective.Of(predictions, step, masked.Length).Loss;
        loss.backward();
        return (TensorMemory.ToSingles(predictions), loss.item<float>());
    }

    /// <summary>Adds the same gradients as the kernels work them out.</summary>
    /// <returns>The loss.</returns>
    public float BackwardOnKernels(float[] images, long[] visible, long[] masked)
    {
        using var scope = NewDisposeScope();
        using var widened = WidenedAutoencoder.Of(Autoencoder, Options, _decoder);
        using var kernels = new PartialStep(widened, _objective);
        var step = StepOf(images, visible, masked);
        double loss = kernels.Run(step, new MaskedImages(step.Count, default, visible, masked), masked.Length).Loss;
        widened.AddGradientsToNarrow();
        return (float)loss;
    }

    public void ExpectLossAndGradients(GoldenCase golden, float[] images, long[] visible, long[] masked)
    {
        long batch = golden.ShapeOf("in/images")[0];
        var (predictions, loss) = Backward(images, visible, masked);
        golden.Expect("out/pred", predictions, batch, masked.Length / batch, Options.PatchLength);
        ExpectLossAndGradients(golden, loss);
        Autoencoder.Parameters.ZeroGradients();
        ExpectLossAndGradients(golden, BackwardOnKernels(images, visible, masked));
    }

    public void Dispose() => Autoencoder.Dispose();

    private void ExpectLossAndGradients(GoldenCase golden, float loss)
    {
        golden.Expect("out/loss", [loss]);
        foreach (var spec in Autoencoder.Parameters.Specs)
        {
            golden.Expect($"grad/{spec.Name}", Autoencoder.Parameters.GradientOf(spec.Name), spec.Shape);
        }
    }

    private StepTensors StepOf(float[] images, long[] visible, long[] masked)
    {
        int batch = images.Length / (Options.Grid.Count * Options.PatchLength);
        float[] patches = EngineCase.Patches(images, Options);
        return new StepTensors(batch, EngineCase.Rows(patches, Options, batch, visible), EngineCase.Upload(TokenNumbers.WithClass(batch, visible)), EngineCase.Rows(patches, Options, batch, masked))
        {
            MaskedTokens = EngineCase.Upload(TokenNumbers.Of(masked)),
        };
    }
}
