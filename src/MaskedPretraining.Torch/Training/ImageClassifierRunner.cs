using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Runs an image classifier on whole images: the reference that an exported model is checked against.</summary>
/// <remarks>Single precision on the CPU. Not thread safe.</remarks>
public sealed class ImageClassifierRunner : IDisposable
{
    private readonly ClassifierModel _model;
    private readonly PixelScaling _scaling;
    private readonly WholeImageAssembler _assembler;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <summary>Loads a classifier.</summary>
    /// <param name="weights">Shape and tensors; copied.</param>
    /// <exception cref="InvalidOptionsException">The architecture is impossible or its parts do not fit together.</exception>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    public ImageClassifierRunner(ImageClassifierWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var errors = new OptionErrors();
        weights.Validate(errors);
        errors.ThrowIfAny(nameof(ImageClassifierWeights));
        TorchRuntime.EnsureStarted();
        var architecture = weights.Encoder.Architecture.Clone();
        var parameters = new ParameterArena([.. ClassifierModel.Declare(architecture, weights.Pooling, weights.Classes)], ScalarType.Float32, CPU);
        parameters.Load(ClassifierModel.StateOf(weights));
        _model = new ClassifierModel(architecture, weights.Pooling, parameters);
        _scaling = new PixelScaling(architecture, CPU);
        _assembler = new WholeImageAssembler(architecture, _scaling, CPU);
        // Not folded into the head: where a feature's mean is far larger than its deviation, single precision would lose digits.
        var head = weights.Head;
        float[] deviations = Array.ConvertAll(head.RunningVariance, variance => (float)Math.Sqrt(variance + head.Epsilon));
        _mean = TensorMemory.From<float>(head.RunningMean, ScalarType.Float32, CPU, head.Width).DetachFromDisposeScope();
        _deviation = TensorMemory.From<float>(deviations, ScalarType.Float32, CPU, head.Width).DetachFromDisposeScope();
    }

    /// <summary>Classifies images. Normalisation is included.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, pixels 0..255, not normalised.</param>
    /// <param name="count">Images B.</param>
    /// <returns>Probabilities <c>[B, K]</c>.</returns>
    /// <exception cref="ArgumentException">The number of elements is not <c>B*C*H*W</c>.</exception>
    public float[] Run(ReadOnlySpan<float> images, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (patches, tokens) = _assembler.AssemblePlanes(images, count);
        var features = _model.Features(patches, tokens, count).sub(_mean).div(_deviation);
        return TensorMemory.ToSingles(_model.Score(features).softmax(-1));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _deviation.Dispose();
        _scaling.Dispose();
        _model.Dispose();
    }
}
