using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>The loss of a linear classifier over all rows at once: mean cross-entropy plus half the weight decay times the squared weights. Convex; its gradient is written out.</summary>
/// <remarks>A point is a matrix <c>[K, D+1]</c>: the weights, and in the last column the bias, which does not decay.</remarks>
internal sealed class SoftmaxRegression : ISmoothFunction, IDisposable
{
    // Bounds what the scores of all classes take: 64 MiB with a thousand classes.
    private const int RowsAtOnce = 16384;
    private readonly Tensor _rows;
    private readonly Tensor _labels;
    private readonly Tensor _decay;

    /// <param name="features"><c>[n, D]</c>.</param>
    /// <param name="labels">Class numbers <c>[n, 1]</c>.</param>
    /// <param name="weightDecay">Of the weights.</param>
    public SoftmaxRegression(Tensor features, Tensor labels, double weightDecay)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long width = features.shape[1];
        var one = ones(features.shape[0], 1, ScalarType.Float32);
        _rows = cat(new[] { features, one }, 1).DetachFromDisposeScope();
        _labels = labels.alias().DetachFromDisposeScope();
        _decay = cat(new[] { full(1, width, weightDecay, ScalarType.Float32), zeros(1, 1, ScalarType.Float32) }, 1).DetachFromDisposeScope();
    }

    public (double Value, Tensor Gradient) At(Tensor point)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long rows = _rows.shape[0];
        double sum = 0;
        var gradient = zeros_like(point);
        for (long first = 0; first < rows; first += RowsAtOnce)
        {
            using var part = NewDisposeScope();
            long count = Math.Min(RowsAtOnce, rows - first);
            var (inputs, labels) = (_rows.narrow(0, first, count), _labels.narrow(0, first, count));
            var logs = inputs.mm(point.t()).log_softmax(1);
            sum -= logs.gather(1, labels).sum(ScalarType.Float64).ToDouble();
            // Probabilities less the one-hot labels.
            var errors = logs.exp_().scatter_add_(1, labels, full(count, 1, -1, ScalarType.Float32));
            gradient.addmm_(errors.t(), inputs);
        }

        var decayed = point.mul(_decay);
        double penalty = point.mul(decayed).sum(ScalarType.Float64).ToDouble() / 2;
        return ((sum / rows) + penalty, gradient.div_(rows).add_(decayed).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
        _decay.Dispose();
    }
}
