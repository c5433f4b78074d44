using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Core.Batches;

/// <summary>A batch of crops and what is masked of them. Thrown patches are in neither list.</summary>
public sealed class PretrainingBatch : ImageBatch
{
    internal PretrainingBatch(int capacity, int imageLength, MaskCounts counts)
        : base(capacity, imageLength)
    {
        Counts = counts;
        Visible = GC.AllocateUninitializedArray<long>(capacity * counts.Visible, pinned: true);
        Masked = GC.AllocateUninitializedArray<long>(capacity * counts.Masked, pinned: true);
        Boxes = new CropBox[capacity];
        Flips = new bool[capacity];
    }

    /// <summary>How many patches of each image are visible, masked and thrown.</summary>
    public MaskCounts Counts { get; }

    /// <summary>Numbers of the visible patches, <c>[B, v]</c> row-major, in the order of the plan. Pinned.</summary>
    public long[] Visible { get; }

    /// <summary>Numbers of the masked patches, <c>[B, m]</c> row-major, in the order of the plan. Pinned.</summary>
    public long[] Masked { get; }

    /// <summary>What was cut out of each image, <c>[B]</c>, in the image's own pixels.</summary>
    public CropBox[] Boxes { get; }

    /// <summary>Which crops were mirrored left to right, <c>[B]</c>.</summary>
    public bool[] Flips { get; }
}
