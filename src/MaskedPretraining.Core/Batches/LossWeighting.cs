using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Core.Batches;

/// <summary>Weighs the masked patches of a batch by an attention map. Holds nothing that a call changes.</summary>
/// <param name="options">Temperature and scale.</param>
/// <param name="progress">The epoch.</param>
/// <param name="batchesPerEpoch">Batches in an epoch; the temperature moves from one to the next.</param>
internal sealed class LossWeighting(AttentionLossOptions options, TrainingProgress progress, int batchesPerEpoch)
{
    /// <summary>Notes the weight of each masked patch of an image, not yet scaled, and whether it is foreground.</summary>
    /// <param name="batch">The batch; the image's masked patches and its map are in it.</param>
    /// <param name="place">Place of the image in it.</param>
    /// <exception cref="InvalidOperationException">A weight is too large for single precision.</exception>
    public void Fill(PretrainingBatch batch, int place)
    {
        int patches = batch.Guidance.Length / batch.Capacity;
        var map = batch.Guidance.AsSpan(place * patches, patches);
        double temperature = options.Temperature.At(progress.Epoch + (double)batch.Number / batchesPerEpoch, progress.Epochs);
        int first = place * batch.Counts.Masked;
        int last = first + batch.MaskedCounts[place];
        for (int i = first; i < last; i++)
        {
            float value = map[(int)batch.Masked[i]];
            batch.LossWeights[i] = AttentionLossWeights.Weight(value, temperature);
            batch.Foreground[i] = value > AttentionLossWeights.ForegroundThreshold;
            if (!float.IsFinite(batch.LossWeights[i]))
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"The map of image {batch.Samples[place]} is {value} at patch {batch.Masked[i]}, and exp({value}/{temperature:0.###}) is no finite weight. Normalise maps to 0..1, or use {MapNormalization.MinMax}."));
            }
        }

        int end = first + batch.Counts.Masked;
        batch.LossWeights.AsSpan(last..end).Clear();
        batch.Foreground.AsSpan(last..end).Clear();
    }

    /// <summary>Scales the weights of a batch of which every image is filled.</summary>
    public void Scale(PretrainingBatch batch) =>
        AttentionLossWeights.ApplyScale(batch.LossWeights, batch.MaskedCounts.Sum(), options);
}
