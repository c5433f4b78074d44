using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Augmentation;

/// <summary>Mixup and CutMix of batches (<see cref="MixingOptions"/>), by draws that depend on seed, epoch and batch number alone.</summary>
/// <param name="options">Already validated.</param>
/// <param name="architecture">The encoder's shape.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class BatchMixing(MixingOptions options, VisionTransformerOptions architecture, ulong seed)
{
    /// <summary>Draws how a batch is mixed; null if it stays as it is.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="batch">Number of the batch.</param>
    public BatchMix? Draw(int epoch, int batch)
    {
        var random = new RandomStream(seed, RandomPurpose.Mixing, epoch, batch);
        if (random.NextDouble() >= options.Probability)
        {
            return null;
        }

        bool cuts = options.MixupAlpha == 0 || (options.CutMixAlpha > 0 && random.NextDouble() < options.CutMixProbability);
        double lambda = random.NextBeta(cuts ? options.CutMixAlpha : options.MixupAlpha);
        return cuts
            ? BatchMix.Cut(architecture.ImageHeight, architecture.ImageWidth, lambda, random.NextInt32(architecture.ImageHeight), random.NextInt32(architecture.ImageWidth))
            : new BatchMix(lambda, null);
    }

    /// <summary>Mixes each image with its partner, in place.</summary>
    /// <param name="patches">Contiguous, <c>[B*N, P*P*C]</c>.</param>
    /// <param name="count">Images B.</param>
    /// <param name="mix">How.</param>
    public void Apply(Tensor patches, int count, BatchMix mix)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (mix.Box is { } box)
        {
            var pixels = patches.view(count, -1, architecture.Channels);
            long[] numbers = PatchPixels.Of(box, architecture);
            var chosen = TensorMemory.From<long>(numbers, ScalarType.Int64, patches.device, numbers.Length);
            pixels.index_copy_(1, chosen, pixels.index_select(1, chosen).flip(0));
        }
        else
        {
            var images = patches.view(count, -1);
            var partners = images.flip(0).mul_(1 - mix.Lambda);
            images.mul_(mix.Lambda).add_(partners);
        }
    }
}
