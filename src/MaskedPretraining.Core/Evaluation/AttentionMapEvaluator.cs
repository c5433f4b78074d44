using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Scores attention maps against object masks or boxes, image after image. Not thread safe.</summary>
/// <remarks>
/// Maps cover the whole image. For the scores of pixels they are enlarged to the mask's size by linear interpolation; the map's box and its greatest value are those of its cells, and for its energy every cell spreads its value
/// evenly over its rectangle. The box is TokenCut's rule for any map: of the cells above the mean, the part connected with the greatest. A constant map has none, which counts as a miss.
/// </remarks>
public sealed class AttentionMapEvaluator
{
    private readonly double _tolerance;
    private readonly MaskScores _masks = new();
    private readonly BoxScores _boxes = new();
    private int _images;
    private int _hits;
    private double _energy;
    private double _area;

    /// <param name="tolerance">The pointing game forgives a miss by at most so many pixels of the mask; without masks it forgives none. The field takes 15 with maps as large as the photo; default 0, as cells are large already.</param>
    public AttentionMapEvaluator(double tolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        _tolerance = tolerance;
    }

    /// <summary>Adds an image whose object's outline is known.</summary>
    /// <param name="map">Values from 0 to 1.</param>
    /// <param name="mask">The object. Its box is the tight one around all of it.</param>
    /// <exception cref="ArgumentException">A value lies outside of 0..1, or the mask is empty.</exception>
    public void Add(AttentionGrid map, ObjectMask mask)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(mask);
        var truth = mask.Box ?? throw new ArgumentException("The mask is empty: there is no object that a map could find. Leave such images out.", nameof(mask));
        var score = ObjectLocalization.Score(map, mask.Inside, mask.Height, mask.Width, _tolerance);
        _masks.Add(map.Enlarge(mask.Height, mask.Width), mask.Inside);
        Note(map, [truth.Scale(1.0 / mask.Width, 1.0 / mask.Height)], score);
    }

    /// <summary>Adds an image of whose objects the boxes are known.</summary>
    /// <param name="map">Values at least 0.</param>
    /// <param name="boxes">True boxes in shares of the image's width and height, 0 to 1; at least one.</param>
    /// <exception cref="ArgumentException">A value is negative, there is no box, or one is empty or leaves the image.</exception>
    public void Add(AttentionGrid map, IReadOnlyCollection<BoundingBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(boxes);
        if (boxes.Count == 0)
        {
            throw new ArgumentException("There is no true box, hence no object that a map could find. Leave such images out.", nameof(boxes));
        }

        foreach (var box in boxes)
        {
            if (!(box.Left >= 0 && box.Top >= 0 && box.Right <= 1 && box.Bottom <= 1 && box.Left < box.Right && box.Top < box.Bottom))
            {
                throw new ArgumentException($"{box} is no box inside of an image; sides are shares of its width and height: 0 <= left < right <= 1 and 0 <= top < bottom <= 1.", nameof(boxes));
            }
        }

        Note(map, boxes, ObjectLocalization.Score(map, boxes));
    }

    /// <summary>The scores of the images added so far.</summary>
    public AttentionMapMetrics Result()
    {
        bool hasMasks = _masks.Images > 0 && _masks.Images == _images;
        return new AttentionMapMetrics
        {
            Images = _images,
            CorLoc = _boxes.CorLoc,
            BoxIou = _boxes.MeanIou,
            PointingGame = Mean(_hits),
            EnergyInside = Mean(_energy),
            AreaShare = Mean(_area),
            MaskIou = hasMasks ? _masks.MeanIou : null,
            PixelAccuracy = hasMasks ? _masks.MeanAccuracy : null,
            MaxFBeta = hasMasks ? _masks.MaxFBeta : null,
        };
    }

    private void Note(AttentionGrid map, IReadOnlyCollection<BoundingBox> truth, LocalizationScore score)
    {
        _boxes.Add(ObjectRegion.Find<float>(map.Values, map.Grid)?.Box.Scale(1.0 / map.Grid.Columns, 1.0 / map.Grid.Rows), truth);
        (_images, _hits, _energy, _area) = (_images + 1, _hits + (score.IsHit ? 1 : 0), _energy + score.InsideShare, _area + score.AreaShare);
    }

    private double Mean(double sum) => _images == 0 ? 0 : sum / _images;
}
