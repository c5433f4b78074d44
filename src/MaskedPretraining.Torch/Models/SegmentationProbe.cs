using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>Normalisation and a linear layer that are the same for every patch token, and the loss against class shares of cells.</summary>
internal sealed class SegmentationProbe : IDisposable
{
    // Not to divide by zero where every pixel of a batch is ignored.
    private const double SmallestArea = 1e-12;
    private const string WeightName = "head.weight";
    private const string BiasName = "head.bias";

    // That of linear probes (MAE's head).
    private const double Epsilon = 1e-6;
    private readonly PatchGrid _grid;
    private readonly int _classes;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly Tensor? _down;
    private readonly Tensor? _across;

    /// <param name="tokens">All training tokens, <c>[I, R*C, D]</c>: their mean and variance normalise tokens.</param>
    /// <param name="grid">R and C.</param>
    /// <param name="classes">Classes K.</param>
    /// <param name="labels">Cells with a label along each side of a patch, s.</param>
    public SegmentationProbe(Tensor tokens, PatchGrid grid, int classes, int labels)
    {
        (_grid, _classes) = (grid, classes);
        long width = tokens.shape[2];
        Parameters = new ParameterArena([new(WeightName, [classes, width], Initial.Normal(0.01)), new(BiasName, [classes], Initial.Zeros)], ScalarType.Float32, CPU);
        using var scope = NewDisposeScope();
        var rows = tokens.view(-1, width);
        _mean = rows.mean(new long[] { 0 }).DetachFromDisposeScope();
        _variance = rows.var(0, unbiased: false).DetachFromDisposeScope();
        if (labels > 1)
        {
            _down = Interpolation(grid.Rows, labels).DetachFromDisposeScope();
            _across = Interpolation(grid.Columns, labels).DetachFromDisposeScope();
        }
    }

    public ParameterArena Parameters { get; }

    /// <summary>Mean cross-entropy over the labelled area of a batch.</summary>
    /// <param name="tokens"><c>[B, R*C, D]</c>.</param>
    /// <param name="shares"><c>[B, K, sR, sC]</c>.</param>
    public Tensor Loss(Tensor tokens, Tensor shares)
    {
        using var scope = NewDisposeScope();
        var normalized = tokens.sub(_mean).div_(_variance.add(Epsilon).sqrt_());
        var scores = F.linear(normalized, Parameters[WeightName], Parameters[BiasName])         // [B, R*C, K]
            .transpose(1, 2).reshape(tokens.shape[0], _classes, _grid.Rows, _grid.Columns);
        if (_down is not null)
        {
            // Two products for all planes of scores together, not two a plane.
            scores = F.linear(F.linear(scores, _across!).mT, _down).mT;                         // [B, K, sR, sC]
        }

        return F.log_softmax(scores, 1).mul(shares).sum().neg().div(shares.sum().clamp_min(SmallestArea)).MoveToOuterDisposeScope();
    }

    public LinearProbeWeights ToWeights() => new(
        TensorMemory.ToSingles(_mean),
        TensorMemory.ToSingles(_variance),
        Epsilon,
        TensorMemory.ToSingles(Parameters[WeightName]),
        TensorMemory.ToSingles(Parameters[BiasName]));

    public void Dispose()
    {
        _mean.Dispose();
        _variance.Dispose();
        _down?.Dispose();
        _across?.Dispose();
        Parameters.Dispose();
    }

    private static Tensor Interpolation(int cells, int labels) =>
        TensorMemory.From<float>(ScoreUpsampling.Matrix(cells, cells * labels), ScalarType.Float32, CPU, (long)cells * labels, cells);
}
