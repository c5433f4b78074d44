namespace MaskedPretraining.Core.Evaluation.Segmentation;

/// <summary>How well classes of pixels are predicted, over all pixels of a set of images (the field's way: not image by image).</summary>
public sealed class SegmentationMetrics
{
    internal SegmentationMetrics(int images, IReadOnlyList<IReadOnlyList<long>> confusion)
    {
        (Images, Confusion) = (images, confusion);
        var classes = Enumerable.Range(0, confusion.Count);
        Pixels = confusion.Sum(row => row.Sum());
        ClassIou = [.. classes.Select(IouOf)];
        MeanIou = ClassIou.Where(double.IsFinite).DefaultIfEmpty(0).Average();
        PixelAccuracy = Pixels == 0 ? 0 : (double)classes.Sum(number => confusion[number][number]) / Pixels;
    }

    /// <summary>Images scored.</summary>
    public int Images { get; }

    /// <summary>Pixels scored, ignored ones not counted.</summary>
    public long Pixels { get; }

    /// <summary>Mean of <see cref="ClassIou"/> over the classes that have one, 0 to 1.</summary>
    public double MeanIou { get; }

    /// <summary>Share of pixels whose class is predicted, 0 to 1; 0 without pixels.</summary>
    public double PixelAccuracy { get; }

    /// <summary>Intersection over union of each class, <c>[K]</c>, 0 to 1; not a number for a class that is neither true nor predicted anywhere.</summary>
    public IReadOnlyList<double> ClassIou { get; }

    /// <summary>Pixels by true class (first) and predicted class (second), <c>[K][K]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Confusion { get; }

    private double IouOf(int number)
    {
        long union = Confusion[number].Sum() + Confusion.Sum(row => row[number]) - Confusion[number][number];
        return union == 0 ? double.NaN : (double)Confusion[number][number] / union;
    }
}
