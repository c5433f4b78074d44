namespace MaskedPretraining.Core.Evaluation;

/// <summary>The field's scores of saliency maps over a set of images: mean intersection over union, mean pixel accuracy, and the largest F score of any threshold (TokenCut's evaluation, Wang et al. 2022). Not thread safe.</summary>
/// <remarks>
/// The F score has beta squared 0.3. For each of the thresholds j/255, j = 0..254, precision (1 where nothing is predicted) and recall (1 where the mask is empty) make an F score an image; these are averaged over images, and
/// the largest of the 255 means counts: one threshold for all images, not the best for each.
/// </remarks>
public sealed class MaskScores
{
    private const int Thresholds = 255;
    private const double BetaSquared = 0.3;
    private readonly double[] _scores = new double[Thresholds];
    private double _iou;
    private double _accuracy;

    /// <summary>Images added.</summary>
    public int Images { get; private set; }

    /// <summary>Mean of <see cref="MaskScore.Iou"/>; 0 without images.</summary>
    public double MeanIou => Mean(_iou);

    /// <summary>Mean of <see cref="MaskScore.Accuracy"/>; 0 without images.</summary>
    public double MeanAccuracy => Mean(_accuracy);

    /// <summary>Largest mean F score, 0 to 1; 0 without images.</summary>
    public double MaxFBeta => Mean(_scores.Max());

    /// <summary>The threshold that has it; of several the lowest.</summary>
    public double BestThreshold => (double)Array.IndexOf(_scores, _scores.Max()) / Thresholds;

    /// <summary>Adds an image.</summary>
    /// <param name="map">The map, one value a pixel from 0 to 1.</param>
    /// <param name="mask">Whether each pixel lies in the object.</param>
    /// <exception cref="ArgumentException">There are no pixels, map and mask differ in size, or a value lies outside of 0..1.</exception>
    public MaskScore Add(ReadOnlySpan<float> map, ReadOnlySpan<bool> mask)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, mask.Length, nameof(map));
        ArgumentOutOfRangeException.ThrowIfZero(map.Length, nameof(map));
        // Pixels by the number of thresholds that they exceed: above threshold j lie those with more than j.
        Span<int> inside = stackalloc int[Thresholds + 1];
        Span<int> outside = stackalloc int[Thresholds + 1];
        (int common, int union) = (0, 0);
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            int level = LevelOf(map[pixel], pixel);
            (mask[pixel] ? inside : outside)[level]++;
            bool isPredicted = map[pixel] > 0.5f;
            common += isPredicted && mask[pixel] ? 1 : 0;
            union += isPredicted || mask[pixel] ? 1 : 0;
        }

        AddCurve(inside, outside);
        var score = new MaskScore(union == 0 ? 1 : (double)common / union, (double)(map.Length - union + common) / map.Length);
        (_iou, _accuracy, Images) = (_iou + score.Iou, _accuracy + score.Accuracy, Images + 1);
        return score;
    }

    private void AddCurve(ReadOnlySpan<int> inside, ReadOnlySpan<int> outside)
    {
        int all = 0;
        foreach (int count in inside)
        {
            all += count;
        }

        (int hits, int predicted) = (0, 0);
        for (int threshold = Thresholds - 1; threshold >= 0; threshold--)
        {
            hits += inside[threshold + 1];
            predicted += inside[threshold + 1] + outside[threshold + 1];
            double precision = predicted == 0 ? 1 : (double)hits / predicted;
            double recall = all == 0 ? 1 : (double)hits / all;
            _scores[threshold] += precision + recall == 0 ? 0 : (1 + BetaSquared) * precision * recall / (BetaSquared * precision + recall);
        }
    }

    // How many of the thresholds 0/255, 1/255, ... the value exceeds; compared with the thresholds themselves, as maps of eight bits lie right on them.
    private static int LevelOf(float value, int pixel)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentException($"Pixel {pixel} of the map is {value}; maps are scored in 0..1. Normalise the map first.", nameof(value));
        }

        int level = Math.Min((int)(value * Thresholds), Thresholds - 1);
        return value > (double)level / Thresholds ? level + 1 : level;
    }

    private double Mean(double sum) => Images == 0 ? 0 : sum / Images;
}
