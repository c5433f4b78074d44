using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Encoders as they are before training: what a trained one must beat.</summary>
public static class UntrainedEncoder
{
    /// <summary>Draws the first weights of an encoder (MAE's initialisation).</summary>
    /// <param name="architecture">The encoder's shape; copied.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="InvalidOptionsException">The architecture is impossible; the message lists every error.</exception>
    public static EncoderWeights Create(VisionTransformerOptions architecture, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var errors = new OptionErrors();
        architecture.Validate(errors);
        errors.ThrowIfAny(nameof(VisionTransformerOptions));
        TorchRuntime.EnsureStarted();
        var options = architecture.Clone();
        using var parameters = new ParameterArena([.. VisionTransformer.Declare(options)], ScalarType.Float32, CPU);
        parameters.Initialize(seed);
        using var encoder = new VisionTransformer(options, parameters);
        var weights = new StateDictionary();
        parameters.Store(weights);
        encoder.Positions?.Store(weights);
        return new EncoderWeights(options, weights);
    }
}
