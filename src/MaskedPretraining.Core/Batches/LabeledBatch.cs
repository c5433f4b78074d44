using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Batches;

/// <summary>A batch of images with a class each.</summary>
public sealed class LabeledBatch : ImageBatch
{
    internal LabeledBatch(int capacity, int imageLength)
        : base(capacity, imageLength)
    {
        Labels = GC.AllocateArray<long>(capacity, pinned: true);
        ErasedBoxes = new CropBox?[capacity];
    }

    /// <summary>The epoch, from 0; 0 in evaluation.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Class number of each image, <c>[B]</c>. Pinned. Longer than that only if <see cref="ImageBatch.Count"/> is below the batch size.</summary>
    public long[] Labels { get; }

    /// <summary>
    /// What is to be replaced by noise in each image once its pixels are normalised, <c>[B]</c>, in pixels of the network's image; null where nothing is. The noise of an image is that
    /// of its stream for <see cref="RandomPurpose.ErasingNoise"/>.
    /// </summary>
    public CropBox?[] ErasedBoxes { get; }
}
