using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>An encoder with a case's weights and the case's images as all their patches.</summary>
internal sealed class EncoderPass : IDisposable
{
    private readonly ParameterArena _parameters;

    public EncoderPass(GoldenCase golden)
    {
        Options = EngineCase.Encoder(golden);
        _parameters = new ParameterArena([.. VisionTransformer.Declare(Options)], ScalarType.Float32, CPU);
        _parameters.Load(EngineCase.Weights(golden));
        Encoder = new VisionTransformer(Options, _parameters);
        Batch = golden.ShapeOf("in/images")[0];
        Patches = TensorMemory.From<float>(EngineCase.Patches(golden.Single("in/images"), Options), ScalarType.Float32, CPU, Batch * Options.Grid.Count, Options.PatchLength);
        long[] tokens = [.. Enumerable.Range(0, (int)Batch).SelectMany(_ => Enumerable.Range(0, Options.Grid.Count + 1)).Select(token => (long)token)];
        Tokens = TensorMemory.From<long>(tokens, ScalarType.Int64, CPU, tokens.Length);
    }

    public VisionTransformerOptions Options { get; }

    public VisionTransformer Encoder { get; }

    public long Batch { get; }

    public Tensor Patches { get; }

    public Tensor Tokens { get; }

    public void Dispose()
    {
        Encoder.Dispose();
        _parameters.Dispose();
    }
}
