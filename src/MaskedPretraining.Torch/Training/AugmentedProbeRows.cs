using MaskedPretraining.Core.Batches;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Feature vectors of images that are cropped anew every epoch, computed as they are needed.</summary>
/// <param name="encoder">Computes them.</param>
/// <param name="loader">The images, in batches of any size, none left out.</param>
/// <param name="rows">Number of images.</param>
/// <param name="batchSize">Rows in a batch, at most their number.</param>
internal sealed class AugmentedProbeRows(FrozenEncoder encoder, LabeledBatchLoader loader, int rows, int batchSize) : IProbeRows
{
    private IEnumerator<LabeledBatch>? _images;
    private Tensor? _restFeatures;
    private Tensor? _restLabels;

    public int Width => encoder.Width;

    public int BatchesPerEpoch => rows / batchSize;

    public void Start(int epoch)
    {
        Dispose();
        _images = loader.Epoch(epoch).GetEnumerator();
    }

    public (Tensor Features, Tensor Labels) Next()
    {
        using var scope = NewDisposeScope();
        List<Tensor> features = _restFeatures is null ? [] : [_restFeatures], labels = _restLabels is null ? [] : [_restLabels];
        while (features.Sum(part => part.shape[0]) < batchSize && _images!.MoveNext())
        {
            using var batch = _images.Current;
            features.Add(encoder.Encode(batch));
            labels.Add(TensorMemory.From<long>(batch.Labels.AsSpan(0, batch.Count), ScalarType.Int64, CPU, batch.Count));
        }

        var (allFeatures, allLabels) = (cat(features, 0), cat(labels, 0));
        ForgetRest();
        long left = allLabels.shape[0] - batchSize;
        if (left > 0)
        {
            _restFeatures = allFeatures.narrow(0, batchSize, left).clone().DetachFromDisposeScope();
            _restLabels = allLabels.narrow(0, batchSize, left).clone().DetachFromDisposeScope();
        }

        return (allFeatures.narrow(0, 0, batchSize).MoveToOuterDisposeScope(), allLabels.narrow(0, 0, batchSize).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _images?.Dispose();
        _images = null;
        ForgetRest();
    }

    private void ForgetRest()
    {
        _restFeatures?.Dispose();
        _restLabels?.Dispose();
        (_restFeatures, _restLabels) = (null, null);
    }
}
