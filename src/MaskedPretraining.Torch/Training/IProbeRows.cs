using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>The labelled feature vectors of a probe's epochs, batch by batch.</summary>
internal interface IProbeRows : IDisposable
{
    /// <summary>Numbers in a feature vector D.</summary>
    int Width { get; }

    /// <summary>Batches in an epoch; the rows left over sit out.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>Goes to the beginning of an epoch.</summary>
    void Start(int epoch);

    /// <summary>The epoch's next batch: features <c>[B, D]</c> and class numbers <c>[B]</c>, in the caller's scope.</summary>
    (Tensor Features, Tensor Labels) Next();
}
