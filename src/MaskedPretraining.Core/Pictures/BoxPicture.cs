using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Pictures;

/// <summary>Draws boxes on photos.</summary>
public static class BoxPicture
{
    // No colour of the maps is near it, and it stands out from white pages.
    private static readonly (byte R, byte G, byte B) Red = (255, 60, 40);

    /// <summary>The photo with the outline of a box, the outermost pixels of the box itself.</summary>
    /// <param name="image">Three channels; not changed.</param>
    /// <param name="box">The box in pixels; what lies outside of the image is cut off.</param>
    /// <param name="color">Colour of the line.</param>
    /// <param name="thickness">Pixels across the line; null: a hundredth of the longer side, at least 1.</param>
    /// <exception cref="ArgumentException">The image has other channels.</exception>
    public static RgbImage Outline(RgbImage image, BoundingBox box, (byte R, byte G, byte B) color, int? thickness = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels != 3)
        {
            throw new ArgumentException($"Boxes are drawn on three channels, but the image has {image.Channels}.", nameof(image));
        }

        int line = thickness ?? Math.Max(1, Math.Max(image.Width, image.Height) / 100);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(line, nameof(thickness));
        byte[] pixels = [.. image.Pixels];
        var (left, top, right, bottom) = ((int)Math.Round(box.Left), (int)Math.Round(box.Top), (int)Math.Round(box.Right), (int)Math.Round(box.Bottom));
        for (int y = Math.Max(top, 0); y < Math.Min(bottom, image.Height); y++)
        {
            for (int x = Math.Max(left, 0); x < Math.Min(right, image.Width); x++)
            {
                if (y < top + line || y >= bottom - line || x < left + line || x >= right - line)
                {
                    int at = (y * image.Width + x) * 3;
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = color;
                }
            }
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>The photo under a map (<see cref="HeatPicture"/>) with the box of the map's object (<see cref="ObjectRegion"/>) in red; no box for a constant map.</summary>
    /// <param name="image">Three channels.</param>
    /// <param name="map">The map of the whole photo.</param>
    public static RgbImage Overlay(RgbImage image, AttentionGrid map)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(map);
        var picture = HeatPicture.Overlay(image, map.Values, map.Grid);
        return ObjectRegion.Find<float>(map.Values, map.Grid)?.Box is { } box
            ? Outline(picture, box.Scale((double)image.Width / map.Grid.Columns, (double)image.Height / map.Grid.Rows), Red)
            : picture;
    }
}
