namespace MaskedPretraining.Core.Evaluation.Segmentation;

/// <summary>Scores predicted classes of pixels over a set of images, by an exact confusion matrix of all their pixels. Not thread safe.</summary>
public sealed class SegmentationScores
{
    private readonly long[][] _confusion;
    private int _images;

    /// <param name="classes">Number of classes K, 2 to 255.</param>
    public SegmentationScores(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, ClassMask.Ignored);
        _confusion = [.. Enumerable.Range(0, classes).Select(_ => new long[classes])];
    }

    /// <summary>Adds an image.</summary>
    /// <param name="predicted">A class for every pixel, none ignored.</param>
    /// <param name="truth">The true classes; ignored pixels do not count.</param>
    /// <exception cref="ArgumentException">The two differ in size, or one has a class that there is not.</exception>
    public void Add(ClassMask predicted, ClassMask truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if ((predicted.Height, predicted.Width) != (truth.Height, truth.Width))
        {
            throw new ArgumentException(
                $"A prediction of {predicted.Height}x{predicted.Width} pixels cannot be scored against a mask of {truth.Height}x{truth.Width}. Predict at the mask's size.", nameof(predicted));
        }

        truth.Check(_confusion.Length);
        predicted.Check(_confusion.Length);
        if (predicted.Classes.Contains(ClassMask.Ignored))
        {
            throw new ArgumentException($"A prediction must have a class for every pixel, but one is {ClassMask.Ignored}.", nameof(predicted));
        }

        for (int pixel = 0; pixel < truth.Classes.Length; pixel++)
        {
            if (truth.Classes[pixel] is var number && number != ClassMask.Ignored)
            {
                _confusion[number][predicted.Classes[pixel]]++;
            }
        }

        _images++;
    }

    /// <summary>The scores of the images added so far.</summary>
    public SegmentationMetrics Result() => new(_images, [.. _confusion.Select(row => row.ToArray())]);
}
