using System.Runtime.InteropServices;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Augmentation;

/// <summary>Puts standard normal noise, a number of its own for each pixel and channel, into the boxes that random erasing drew.</summary>
/// <param name="architecture">The encoder's shape.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class ErasingNoise(VisionTransformerOptions architecture, ulong seed)
{
    /// <summary>Erases the boxes of a batch, in place. An image's noise depends on seed, epoch and image number alone.</summary>
    /// <param name="patches">Normalised and contiguous, <c>[B*N, P*P*C]</c>, single precision.</param>
    /// <param name="batch">The batch that they were made of.</param>
    public void Apply(Tensor patches, LabeledBatch batch)
    {
        int pixels = 0;
        foreach (var box in batch.ErasedBoxes.AsSpan(0, batch.Count))
        {
            pixels += box is { } erased ? erased.Height * erased.Width : 0;
        }

        if (pixels == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Straight into tensors: arrays of this size would be large objects for the garbage collector at every step.
        var numbers = empty(new long[] { pixels }, ScalarType.Int64);
        var noise = empty(new long[] { pixels, architecture.Channels }, ScalarType.Float32);
        Fill(batch, MemoryMarshal.Cast<byte, long>(numbers.bytes), MemoryMarshal.Cast<byte, float>(noise.bytes));
        patches.view(-1, architecture.Channels).index_copy_(0, numbers.to(patches.device), noise.to(patches.device));
    }

    private void Fill(LabeledBatch batch, Span<long> numbers, Span<float> noise)
    {
        long pixelsOfImage = (long)architecture.ImageHeight * architecture.ImageWidth;
        for (int image = 0; image < batch.Count; image++)
        {
            if (batch.ErasedBoxes[image] is { } box)
            {
                int pixels = box.Height * box.Width;
                PatchPixels.Write(box, architecture, image * pixelsOfImage, numbers[..pixels]);
                new RandomStream(seed, RandomPurpose.ErasingNoise, batch.Epoch, batch.Samples[image]).FillGaussian(noise[..(pixels * architecture.Channels)]);
                numbers = numbers[pixels..];
                noise = noise[(pixels * architecture.Channels)..];
            }
        }
    }
}
