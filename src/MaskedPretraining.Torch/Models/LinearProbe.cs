using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
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
    private readonly bool _normalizes;

    /// <param name="width">Numbers in a feature vector D.</param>
    /// <param name="classes">Classes K.</param>
    /// <param name="epsilon">Added to the variance inside the root.</param>
    /// <param name="momentum">Share of a batch's statistics in the running ones.</param>
    /// <param name="normalizes">Whether there is a normalisation; without one the statistics stay mean 0, variance 1.</param>
    public LinearProbe(int width, int classes, double epsilon, double momentum, bool normalizes = true)
    {
        (_epsilon, _momentum, _normalizes) = (normalizes ? epsilon : 0, momentum, normalizes);
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
        return F.cross_entropy(Scores(Normalize(features, training: true)), labels).MoveToOuterDisposeScope();
    }

    /// <summary>The most likely class of each row by the running statistics, <c>[B]</c>.</summary>
    public Tensor Predict(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return Scores(Normalize(features)).argmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>Share of rows whose class is predicted, 0 to 1.</summary>
    public double AccuracyOn(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return Predict(features).eq(labels).sum().ToInt64() / (double)labels.numel();
    }

    /// <summary>Features by the running statistics, <c>[B, D]</c>.</summary>
    public Tensor Normalize(Tensor features) => Normalize(features, training: false);

    /// <summary>Takes mean and unbiased variance of all rows as the running statistics.</summary>
    /// <param name="features"><c>[n, D]</c>.</param>
    public void TakeStatistics(Tensor features)
    {
        if (_normalizes)
        {
            using var scope = NewDisposeScope();
            RunningMean.copy_(features.mean([0]));
            RunningVariance.copy_(features.var(0));
        }
    }

    /// <summary>Takes weights and, in the last column, biases.</summary>
    /// <param name="point"><c>[K, D+1]</c>.</param>
    public void Take(Tensor point)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long width = point.shape[1] - 1;
        Parameters[WeightName].copy_(point.narrow(1, 0, width));
        Parameters[BiasName].copy_(point.select(1, width));
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

    private Tensor Normalize(Tensor features, bool training) => _normalizes
        ? F.batch_norm(features, RunningMean, RunningVariance, training: training, momentum: _momentum, eps: _epsilon)
        : features;

    private Tensor Scores(Tensor normalized) => F.linear(normalized, Parameters[WeightName], Parameters[BiasName]);
}
