using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Core.Batches;

/// <summary>A batch of crops and what is masked of them. Thrown patches are in neither list.</summary>
public sealed class PretrainingBatch : ImageBatch
{
    internal PretrainingBatch(int capacity, int imageLength, MaskCounts counts, bool isGuided, int objectLength)
        : base(capacity, imageLength)
    {
        Counts = counts;
        Visible = GC.AllocateUninitializedArray<long>(capacity * counts.Visible, pinned: true);
        Masked = GC.AllocateUninitializedArray<long>(capacity * counts.Masked, pinned: true);
        MaskedCounts = new int[capacity];
        LossWeights = GC.AllocateUninitializedArray<float>(isGuided ? capacity * counts.Masked : 0, pinned: true);
        Foreground = new bool[LossWeights.Length];
        Objects = new float[capacity * objectLength];
        Boxes = new CropBox[capacity];
        Flips = new bool[capacity];
    }

    /// <summary>How many patches of each image are visible, masked and thrown; with strategies whose counts vary, the most that are masked.</summary>
    public MaskCounts Counts { get; }

    /// <summary>Numbers of the visible patches, <c>[B, v]</c> row-major, in the order of the plan. Pinned.</summary>
    public long[] Visible { get; }

    /// <summary>Numbers of the masked patches, <c>[B, m]</c> row-major, in the order of the plan; after the first <see cref="MaskedCounts"/> of an image come patches that stay visible. Pinned.</summary>
    public long[] Masked { get; }

    /// <summary>How many entries of <see cref="Masked"/> are masked in each image, <c>[B]</c>; the others stay visible and have no part in the loss.</summary>
    public int[] MaskedCounts { get; }

    /// <summary>
    /// What the error of each entry of <see cref="Masked"/> is multiplied by, <c>[B, m]</c> row-major, 0 where it is not masked; the weighted loss is the sum of these products divided by the number
    /// of masked patches. Empty if no map weighs the loss. Pinned.
    /// </summary>
    public float[] LossWeights { get; }

    /// <summary>Whether each entry of <see cref="Masked"/> is masked and lies on the foreground: its normalised map value is above 0.5. <c>[B, m]</c> row-major; empty if no map weighs the loss.</summary>
    public bool[] Foreground { get; }

    /// <summary>How much of each patch an object covers, 0 to 1, <c>[B, N]</c> row-major; empty without <see cref="SampleMaps.Objects"/>.</summary>
    public float[] Objects { get; }

    /// <summary>What was cut out of each image, <c>[B]</c>, in the image's own pixels.</summary>
    public CropBox[] Boxes { get; }

    /// <summary>Which crops were mirrored left to right, <c>[B]</c>.</summary>
    public bool[] Flips { get; }
}
