using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>MAE's probe: batch normalisation without scale and shift, which makes features of any size comparable, then a linear layer (He et al. 2022, appendix A.1).</summary>
internal sealed class LinearProbe : IDisposable
{
    private const string WeightName = "head.1.weight";
    private const string BiasName = "head.1.bias";
    private readonly double _epsilon;
    private readonly double _momentum;

    /// <param name="width">Numbers in a feature vector D.</param>
    /// <param name="classes">Classes K.</param>
    /// <param name="epsilon">Added to the variance inside the root.</param>
    /// <param name="momentum">Share of a batch's statistics in the running ones.</param>
    public LinearProbe(int width, int classes, double epsilon, double momentum)
    {
        (_epsilon, _momentum) = (epsilon, momentum);
        // timm's truncated normal cuts at 2, two hundred deviations away.
        Parameters = new ParameterArena([new(WeightName, [classes, width], Initial.Normal(0.01)), new(BiasName, [classes], Initial.Zeros)], ScalarType.Float32, CPU);
        RunningMean = zeros(width, ScalarType.Float32).DetachFromDisposeScope();
        RunningVariance = ones(width, ScalarType.Float32).DetachFromDisposeScope();
    }

    public ParameterArena Parameters { get; }

    /// <summary><c>[D]</c>.</summary>
    public Tensor RunningMean { get; }

    /// <summary><c>[D]</c>; of the unbiased variances of batches, as in PyTorch.</summary>
    public Tensor RunningVariance { get; }

    /// <summary>Mean cross-entropy of a batch, normalised by its own statistics, which enter the running ones.</summary>
    /// <param name="features"><c>[B, D]</c>.</param>
    /// <param name="labels">Class numbers <c>[B]</c>.</param>
    public Tensor Loss(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var normalized = F.batch_norm(features, RunningMean, RunningVariance, training: true, momentum: _momentum, eps: _epsilon);
        return F.cross_entropy(F.linear(normalized, Parameters[WeightName], Parameters[BiasName]), labels).MoveToOuterDisposeScope();
    }

    /// <summary>The most likely class of each row by the running statistics, <c>[B]</c>.</summary>
    public Tensor Predict(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var normalized = F.batch_norm(features, RunningMean, RunningVariance, training: false, momentum: _momentum, eps: _epsilon);
        return F.linear(normalized, Parameters[WeightName], Parameters[BiasName]).argmax(1).MoveToOuterDisposeScope();
    }

    public LinearProbeWeights ToWeights(IReadOnlyList<string>? classNames) => new(
        TensorMemory.ToSingles(RunningMean),
        TensorMemory.ToSingles(RunningVariance),
        _epsilon,
        TensorMemory.ToSingles(Parameters[WeightName]),
        TensorMemory.ToSingles(Parameters[BiasName]),
        classNames);

    public void Dispose()
    {
        RunningMean.Dispose();
        RunningVariance.Dispose();
        Parameters.Dispose();
    }
}
