using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a pre-training run leaves.</summary>
/// <param name="Encoder">The encoder, in single precision.</param>
/// <param name="Autoencoder">Encoder and decoder under MAE's names, in single precision.</param>
/// <param name="Metrics">One entry an epoch that ended, in order, earlier parts of a resumed run included.</param>
/// <param name="WasCancelled">Whether the run was cancelled before its last epoch ended; the weights are then those of the last step.</param>
public sealed record PretrainingResult(EncoderWeights Encoder, StateDictionary Autoencoder, IReadOnlyList<PretrainingMetrics> Metrics, bool WasCancelled)
{
    /// <summary>The mask generator after the last step; null where masks are not AutoMAE's.</summary>
    public MaskGeneratorWeights? MaskGenerator { get; init; }
}
