using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Scores of predicted boxes, one an image, over a set of images. Not thread safe.</summary>
public sealed class BoxScores
{
    private const double CorrectOverlap = 0.5;
    private int _correct;
    private double _overlap;

    /// <summary>Images added that have a true box; others are not counted.</summary>
    public int Images { get; private set; }

    /// <summary>Correct localisation: the share of images whose box overlaps a true one by at least half of their union. 0 without images.</summary>
    public double CorLoc => Images == 0 ? 0 : (double)_correct / Images;

    /// <summary>Mean over images of the greatest overlap with a true box; 0 without images.</summary>
    public double MeanIou => Images == 0 ? 0 : _overlap / Images;

    /// <summary>Adds an image.</summary>
    /// <param name="predicted">The predicted box; null for none, which is wrong.</param>
    /// <param name="truth">The true boxes in the same coordinates.</param>
    /// <returns>The greatest overlap with a true box.</returns>
    public double Add(BoundingBox? predicted, IReadOnlyCollection<BoundingBox> truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (truth.Count == 0)
        {
            return 0;
        }

        double overlap = predicted is { } box ? truth.Max(box.OverlapWith) : 0;
        (Images, _overlap, _correct) = (Images + 1, _overlap + overlap, _correct + (overlap >= CorrectOverlap ? 1 : 0));
        return overlap;
    }
}
