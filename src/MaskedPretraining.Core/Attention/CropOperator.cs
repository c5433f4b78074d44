using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Brings an attention map of the whole image to the patches of a crop of it.</summary>
/// <remarks>
/// Pixel row u of a crop resized to S rows reads the map at <c>y = clamp((top + (u + 0.5) height/S) R/H - 0.5, 0, R - 1)</c> by linear interpolation, columns likewise, and each patch sums its
/// P x P pixels. Both axes are linear and separate, so the crop's weights are <c>Ry A Rx'</c> with two small matrices whose rows sum to P: no map of the image's size is ever made.
/// AMT's released code means to do this but always takes the map's top left corner; this is the intent.
/// </remarks>
public static class CropOperator
{
    private const int MaximumStackColumns = 256;

    /// <summary>Computes the weight of every patch of a crop.</summary>
    /// <param name="map">The map of the whole image, <c>[mapGrid.Rows, mapGrid.Columns]</c>.</param>
    /// <param name="mapGrid">Rows R and columns C of the map; any grid.</param>
    /// <param name="imageHeight">Rows H of the whole image in pixels.</param>
    /// <param name="imageWidth">Columns W of the whole image in pixels.</param>
    /// <param name="box">The crop, in pixels of the whole image.</param>
    /// <param name="flip">Whether the crop was mirrored left to right afterwards.</param>
    /// <param name="cropGrid">Rows and columns of patches of the resized crop.</param>
    /// <param name="patchSize">Side P of a patch in pixels of the resized crop.</param>
    /// <param name="weights">Receives the weights, <c>[cropGrid.Rows, cropGrid.Columns]</c>: map values summed over the pixels of each patch.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the grids, or the box does not lie in the image.</exception>
    public static void Apply(
        ReadOnlySpan<float> map,
        PatchGrid mapGrid,
        int imageHeight,
        int imageWidth,
        CropBox box,
        bool flip,
        PatchGrid cropGrid,
        int patchSize,
        Span<float> weights)
    {
        Check(map.Length, mapGrid, imageHeight, imageWidth, box, cropGrid, patchSize, weights.Length);
        double[] rows = AxisOperator(mapGrid.Rows, imageHeight, box.Top, box.Height, cropGrid.Rows, patchSize);
        double[] columns = AxisOperator(mapGrid.Columns, imageWidth, box.Left, box.Width, cropGrid.Columns, patchSize);
        Span<double> line = mapGrid.Columns <= MaximumStackColumns ? stackalloc double[mapGrid.Columns] : new double[mapGrid.Columns];
        for (int row = 0; row < cropGrid.Rows; row++)
        {
            MixRows(rows.AsSpan(row * mapGrid.Rows, mapGrid.Rows), map, line);
            for (int column = 0; column < cropGrid.Columns; column++)
            {
                var operatorRow = columns.AsSpan(column * mapGrid.Columns, mapGrid.Columns);
                double sum = 0;
                for (int i = 0; i < line.Length; i++)
                {
                    sum += operatorRow[i] * line[i];
                }

                weights[row * cropGrid.Columns + (flip ? cropGrid.Columns - 1 - column : column)] = (float)sum;
            }
        }
    }

    /// <summary>The matrix of one axis, <c>[patches, cells]</c>: how much each map cell adds to each patch.</summary>
    internal static double[] AxisOperator(int cells, int imageSide, int boxStart, int boxLength, int patches, int patchSize)
    {
        var matrix = new double[patches * cells];
        double step = (double)boxLength / (patches * patchSize);
        for (int pixel = 0; pixel < patches * patchSize; pixel++)
        {
            double position = Math.Clamp((boxStart + (pixel + 0.5) * step) * cells / imageSide - 0.5, 0, cells - 1);
            int cell = (int)position;
            double fraction = position - cell;
            var row = matrix.AsSpan(pixel / patchSize * cells, cells);
            row[cell] += 1 - fraction;
            if (fraction > 0)
            {
                row[cell + 1] += fraction;
            }
        }

        return matrix;
    }

    private static void MixRows(ReadOnlySpan<double> operatorRow, ReadOnlySpan<float> map, Span<double> line)
    {
        line.Clear();
        for (int mapRow = 0; mapRow < operatorRow.Length; mapRow++)
        {
            double factor = operatorRow[mapRow];
            if (factor == 0)
            {
                continue;
            }

            var cells = map.Slice(mapRow * line.Length, line.Length);
            for (int i = 0; i < line.Length; i++)
            {
                line[i] += factor * cells[i];
            }
        }
    }

    private static void Check(int mapLength, PatchGrid mapGrid, int imageHeight, int imageWidth, CropBox box, PatchGrid cropGrid, int patchSize, int weightsLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patchSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(mapLength, mapGrid.Count, "map");
        ArgumentOutOfRangeException.ThrowIfNotEqual(weightsLength, cropGrid.Count, "weights");
        bool isInside = box.Top >= 0 && box.Left >= 0 && box.Height >= 1 && box.Width >= 1
            && (long)box.Top + box.Height <= imageHeight && (long)box.Left + box.Width <= imageWidth;
        if (!isInside)
        {
            throw new ArgumentException($"The {box} does not lie in an image of {imageHeight} rows and {imageWidth} columns.", nameof(box));
        }
    }
}
