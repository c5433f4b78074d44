using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Objectives;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Augmentation;

/// <summary>What happens to a batch of labelled images once its pixels are normalised: erasing, then mixing. Every draw depends on the seed and on numbers of the batch alone.</summary>
/// <param name="options">Already validated.</param>
/// <param name="architecture">The encoder's shape.</param>
/// <param name="classes">Number of classes K.</param>
/// <param name="labelSmoothing">Share of a target that is spread over all classes, 0 to 1.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class BatchAugmentation(AugmentationOptions options, VisionTransformerOptions architecture, int classes, double labelSmoothing, ulong seed)
{
    private readonly ErasingNoise? _erasing = options.Erasing is null ? null : new ErasingNoise(architecture, seed);
    private readonly BatchMixing? _mixing = options.Mixing is null ? null : new BatchMixing(options.Mixing, architecture, seed);

    /// <summary>Erases and mixes a batch, in place.</summary>
    /// <param name="patches">Normalised and contiguous, <c>[B*N, P*P*C]</c>, single precision.</param>
    /// <param name="batch">The batch that they were made of; its labels are below K.</param>
    /// <returns>The targets, <c>[B, K]</c>, on the device of the patches.</returns>
    public Tensor Apply(Tensor patches, LabeledBatch batch)
    {
        _erasing?.Apply(patches, batch);
        var mix = _mixing?.Draw(batch.Epoch, batch.Number);
        if (mix is { } drawn)
        {
            _mixing!.Apply(patches, batch.Count, drawn);
        }

        return SoftTargets.Of(batch.Labels.AsSpan(0, batch.Count), classes, labelSmoothing, mix?.Lambda ?? 1, patches.device);
    }
}
