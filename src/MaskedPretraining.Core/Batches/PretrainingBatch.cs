using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Core.Batches;

/// <summary>A batch of crops and what is masked of them. Thrown patches are in neither list.</summary>
public sealed class PretrainingBatch : ImageBatch
{
    private LossWeighting? _weighting;

    internal PretrainingBatch(int capacity, int imageLength, MaskCounts counts, int guidanceLength, int objectLength)
        : base(capacity, imageLength)
    {
        Counts = counts;
        Visible = GC.AllocateUninitializedArray<long>(capacity * counts.Visible, pinned: true);
        Masked = GC.AllocateUninitializedArray<long>(capacity * counts.Masked, pinned: true);
        MaskedCounts = new int[capacity];
        LossWeights = GC.AllocateUninitializedArray<float>(guidanceLength == 0 ? 0 : capacity * counts.Masked, pinned: true);
        Foreground = new bool[LossWeights.Length];
        Guidance = new float[capacity * guidanceLength];
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

    /// <summary>Normalised map value of each patch, for loss weights, <c>[B, N]</c>; empty if no map weighs the loss.</summary>
    internal float[] Guidance { get; }

    /// <summary>Puts other plans in the place of the loader's, and weighs the patches that are masked now if maps weigh the loss.</summary>
    /// <param name="visible">Numbers of the visible patches, <c>[B, v]</c> row-major.</param>
    /// <param name="masked">Numbers of the masked patches, <c>[B, m]</c> row-major; all of them are masked.</param>
    /// <exception cref="ArgumentException">There are more or fewer than the <see cref="Counts"/>.</exception>
    public void Replan(ReadOnlySpan<long> visible, ReadOnlySpan<long> masked)
    {
        if (visible.Length != Count * Counts.Visible || masked.Length != Count * Counts.Masked)
        {
            throw new ArgumentException($"{Count} images with {Counts} need {Count * Counts.Visible} visible and {Count * Counts.Masked} masked patches, but there are {visible.Length} and {masked.Length}.");
        }

        visible.CopyTo(Visible);
        masked.CopyTo(Masked);
        Array.Fill(MaskedCounts, Counts.Masked);
        if (_weighting is not null)
        {
            for (int place = 0; place < Count; place++)
            {
                _weighting.Fill(this, place);
            }

            _weighting.Scale(this);
        }
    }

    internal void Open(int number, ReadOnlySpan<int> samples, LossWeighting? weighting, Action<ImageBatch> giveBack)
    {
        _weighting = weighting;
        Open(number, samples, giveBack);
    }
}
