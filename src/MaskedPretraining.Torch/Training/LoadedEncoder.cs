using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>An encoder with weights that no longer change, in single precision, and what makes its input of whole images.</summary>
internal sealed class LoadedEncoder : IDisposable
{
    private readonly PixelScaling _scaling;

    /// <param name="weights">Shape and tensors, the shape already validated; copied.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    public LoadedEncoder(EncoderWeights weights, Device device)
    {
        Architecture = weights.Architecture.Clone();
        Parameters = new ParameterArena([.. VisionTransformer.Declare(Architecture)], ScalarType.Float32, device);
        Parameters.Load(weights.Weights);
        Model = new VisionTransformer(Architecture, Parameters);
        _scaling = new PixelScaling(Architecture, device);
        Assembler = new WholeImageAssembler(Architecture, _scaling, device);
    }

    public VisionTransformerOptions Architecture { get; }

    public ParameterArena Parameters { get; }

    public VisionTransformer Model { get; }

    public WholeImageAssembler Assembler { get; }

    public void Dispose()
    {
        _scaling.Dispose();
        Model.Dispose();
        Parameters.Dispose();
    }
}
