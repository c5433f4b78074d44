namespace MaskedPretraining.Core.Attention;

/// <summary>Scores attention maps against object masks and boxes.</summary>
public static class ObjectLocalization
{
    /// <summary>Scores a map.</summary>
    /// <param name="map">The map of the whole image, values at least 0.</param>
    /// <param name="mask">The object, <c>[height, width]</c> row by row: true inside.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="tolerance">The pointing game forgives a miss by at most so many pixels. The field takes 15 for maps as large as the photo; default 0, as cells are large already.</param>
    /// <remarks>Every cell spreads its value evenly over its rectangle of pixels; the greatest value points at the middle of its cell. A map of zeros has an inside share of 0.</remarks>
    /// <exception cref="ArgumentException">The mask's length does not fit, or the map has a negative value.</exception>
    public static LocalizationScore Score(AttentionGrid map, ReadOnlySpan<bool> mask, int height, int width, double tolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, (long)height * width, nameof(mask));
        int peak = PeakOf(map);
        var (rows, columns) = (map.Grid.Rows, map.Grid.Columns);
        double inside = 0;
        double total = 0;
        long area = 0;
        for (int y = 0; y < height; y++)
        {
            var cells = map.Values.AsSpan((int)((long)y * rows / height) * columns, columns);
            for (int x = 0; x < width; x++)
            {
                float value = cells[(int)((long)x * columns / width)];
                total += value;
                if (mask[y * width + x])
                {
                    area++;
                    inside += value;
                }
            }
        }

        bool isHit = IsHit(mask, height, width, (peak / columns + 0.5) * height / rows, (peak % columns + 0.5) * width / columns, tolerance);
        return new LocalizationScore(total > 0 ? inside / total : 0, (double)area / mask.Length, isHit);
    }

    /// <summary>Scores a map against boxes.</summary>
    /// <param name="map">The map of the whole image, values at least 0.</param>
    /// <param name="boxes">The objects' boxes in shares of the image's width and height, 0 to 1; where they overlap, the object is their union.</param>
    /// <remarks>Every cell spreads its value evenly over its rectangle, of which a box may cover a part; the greatest value points at the middle of its cell. A map of zeros has an inside share of 0.</remarks>
    /// <exception cref="ArgumentException">The map has a negative value.</exception>
    public static LocalizationScore Score(AttentionGrid map, IReadOnlyCollection<BoundingBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(boxes);
        int peak = PeakOf(map);
        var (rows, columns) = (map.Grid.Rows, map.Grid.Columns);
        // Sides of boxes and borders of cells cut the image into rectangles that lie in one cell, and in a box or outside.
        double[] across = Cuts(columns, boxes.SelectMany(box => new[] { box.Left, box.Right }));
        double[] down = Cuts(rows, boxes.SelectMany(box => new[] { box.Top, box.Bottom }));
        (double inside, double total, double area) = (0, 0, 0);
        for (int i = 1; i < down.Length; i++)
        {
            double y = (down[i - 1] + down[i]) / 2;
            for (int j = 1; j < across.Length; j++)
            {
                double x = (across[j - 1] + across[j]) / 2;
                double size = (down[i] - down[i - 1]) * (across[j] - across[j - 1]);
                double mass = size * map.Values[Math.Min((int)(y * rows), rows - 1) * columns + Math.Min((int)(x * columns), columns - 1)];
                bool isInside = IsInside(boxes, y, x);
                (inside, total, area) = (inside + (isInside ? mass : 0), total + mass, area + (isInside ? size : 0));
            }
        }

        bool isHit = IsInside(boxes, (peak / columns + 0.5) / rows, (peak % columns + 0.5) / columns);
        return new LocalizationScore(total > 0 ? inside / total : 0, area, isHit);
    }

    private static double[] Cuts(int cells, IEnumerable<double> sides) =>
        [.. Enumerable.Range(0, cells + 1).Select(border => (double)border / cells).Concat(sides.Select(side => Math.Clamp(side, 0, 1))).Distinct().Order()];

    private static bool IsInside(IEnumerable<BoundingBox> boxes, double y, double x) => boxes.Any(box => box.Left <= x && x < box.Right && box.Top <= y && y < box.Bottom);

    private static int PeakOf(AttentionGrid map)
    {
        int peak = 0;
        for (int cell = 0; cell < map.Values.Length; cell++)
        {
            if (map.Values[cell] < 0)
            {
                throw new ArgumentException($"Cell {cell} of the attention map is {map.Values[cell]}; only maps without negative values can be scored. Normalise it to 0..1 first.", nameof(map));
            }

            peak = map.Values[cell] > map.Values[peak] ? cell : peak;
        }

        return peak;
    }

    private static bool IsHit(ReadOnlySpan<bool> mask, int height, int width, double centreY, double centreX, double tolerance)
    {
        // The pixel under the point, and those whose middle is near enough.
        if (mask[Math.Min((int)centreY, height - 1) * width + Math.Min((int)centreX, width - 1)])
        {
            return true;
        }

        for (int y = Math.Max(0, (int)(centreY - tolerance - 1)); y < Math.Min(height, centreY + tolerance + 1); y++)
        {
            for (int x = Math.Max(0, (int)(centreX - tolerance - 1)); x < Math.Min(width, centreX + tolerance + 1); x++)
            {
                double distance = Math.Sqrt(Math.Pow(y + 0.5 - centreY, 2) + Math.Pow(x + 0.5 - centreX, 2));
                if (distance <= tolerance && mask[y * width + x])
                {
                    return true;
                }
            }
        }

        return false;
    }
}
