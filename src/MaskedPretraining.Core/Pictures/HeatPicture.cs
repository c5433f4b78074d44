using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Pictures;

/// <summary>Lays an attention map over a photo.</summary>
public static class HeatPicture
{
    /// <summary>The photo in grey under the map in colours (<see cref="ColorMap.Viridis"/>), smoothly enlarged and stretched from its smallest to its largest value.</summary>
    /// <param name="image">Three channels.</param>
    /// <param name="map"><c>[grid.Rows, grid.Columns]</c>, any range; constant maps are shown as 0.</param>
    /// <param name="grid">The map's grid, in the frame of the image.</param>
    /// <param name="opacity">Share of the map in the colours, 0 to 1.</param>
    /// <exception cref="ArgumentException">The map does not have the grid's size, or the image not three channels.</exception>
    public static RgbImage Overlay(RgbImage image, ReadOnlySpan<float> map, PatchGrid grid, float opacity = 0.6f)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (map.Length != grid.Count || image.Channels != 3)
        {
            throw new ArgumentException($"A map of {grid} over three channels is wanted, but there are {map.Length} values and {image.Channels} channels.", nameof(map));
        }

        (float smallest, float largest) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in map)
        {
            (smallest, largest) = (MathF.Min(smallest, value), MathF.Max(largest, value));
        }

        float scale = largest > smallest ? 1 / (largest - smallest) : 0;
        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0, at = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++, at += 3)
            {
                float value = GridSampling.Sample(map, grid, GridSampling.Position(y, image.Height, grid.Rows), GridSampling.Position(x, image.Width, grid.Columns));
                (byte r, byte g, byte b) = ColorMap.Viridis((value - smallest) * scale);
                // Luma of ITU-R BT.601.
                byte grey = (byte)(0.299f * image.Pixels[at] + 0.587f * image.Pixels[at + 1] + 0.114f * image.Pixels[at + 2] + 0.5f);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (ColorMap.Blend(grey, r, opacity), ColorMap.Blend(grey, g, opacity), ColorMap.Blend(grey, b, opacity));
            }
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }
}
