using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Feature vectors that were computed once, in an order drawn anew every epoch.</summary>
internal sealed class CachedProbeRows : IProbeRows
{
    private readonly int _rows;
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly Tensor _features;
    private readonly Tensor _labels;
    private int[] _order = [];
    private int _batch;

    public CachedProbeRows(LabeledFeatures rows, int batchSize, ulong seed)
    {
        (_rows, _batchSize, _seed, Width) = (rows.Labels.Count, Math.Min(batchSize, rows.Labels.Count), seed, rows.Features.Width);
        var (features, labels) = rows.Upload();
        (_features, _labels) = (features.DetachFromDisposeScope(), labels.DetachFromDisposeScope());
    }

    public int Width { get; }

    public int BatchesPerEpoch => _rows / _batchSize;

    public void Start(int epoch)
    {
        _order = [.. Enumerable.Range(0, _rows)];
        new RandomStream(_seed, RandomPurpose.Order, epoch, 0).Shuffle(_order.AsSpan());
        _batch = 0;
    }

    public (Tensor Features, Tensor Labels) Next()
    {
        long[] chosen = [.. _order.AsSpan(_batch++ * _batchSize, _batchSize).ToArray().Select(row => (long)row)];
        using var numbers = TensorMemory.From<long>(chosen, ScalarType.Int64, CPU, _batchSize);
        return (_features.index_select(0, numbers), _labels.index_select(0, numbers));
    }

    public void Dispose()
    {
        _features.Dispose();
        _labels.Dispose();
    }
}
