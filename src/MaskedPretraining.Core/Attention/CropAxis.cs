using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Core.Attention;

/// <summary>The matrix of one axis of a crop, <c>[patches, cells]</c>: how much each map cell adds to each patch.</summary>
internal static class CropAxis
{
    // AMT's released code divides pixels by the image side and forgets to multiply by the map's: what is left is always the first two cells, and a third if the crop reaches the far border.
    // Its clamp to 0..1 changes nothing, as AMT's maps lie there.
    private const int ReleasedCells = 2;

    /// <param name="crop">Which matrix.</param>
    /// <param name="matrix">Filled, <c>[patches, cells]</c>.</param>
    /// <param name="cells">Cells of the map along the axis.</param>
    /// <param name="imageSide">Pixels of the whole image.</param>
    /// <param name="boxStart">First pixel of the crop.</param>
    /// <param name="boxLength">Pixels of the crop.</param>
    /// <param name="patches">Patches of the resized crop.</param>
    /// <param name="patchSize">Pixels of a patch of the resized crop.</param>
    public static void Fill(MapCrop crop, Span<double> matrix, int cells, int imageSide, int boxStart, int boxLength, int patches, int patchSize)
    {
        matrix.Clear();
        double first = (double)boxStart * cells / imageSide;
        double step = (double)boxLength / patches * cells / imageSide;
        switch (crop)
        {
            case MapCrop.AreaMean:
                AreaMean(matrix, cells, first, step);
                break;
            case MapCrop.Nearest:
                Nearest(matrix, cells, first, step);
                break;
            case MapCrop.AsReleased:
                int corner = Math.Min(cells, ReleasedCells + (boxStart + boxLength == imageSide ? 1 : 0));
                PixelSum(matrix, cells, corner, 1, 0, 1, patchSize, patches);
                break;
            default:
                PixelSum(matrix, cells, cells, imageSide, boxStart, boxLength, patchSize, patches);
                break;
        }
    }

    /// <summary>
    /// Pixel u of a crop resized to S reads the map at <c>y = clamp((start + (u + 0.5) length/S) cells/side - 0.5, 0, cells - 1)</c> by linear interpolation; each patch sums its pixels,
    /// so that every row sums to the patch size. Rows are <paramref name="stride"/> long, of which the first <paramref name="cells"/> are used.
    /// </summary>
    private static void PixelSum(Span<double> matrix, int stride, int cells, int imageSide, int boxStart, int boxLength, int patchSize, int patches)
    {
        double step = (double)boxLength / (patches * patchSize);
        for (int pixel = 0; pixel < patches * patchSize; pixel++)
        {
            double position = Math.Clamp((boxStart + (pixel + 0.5) * step) * cells / imageSide - 0.5, 0, cells - 1);
            int cell = (int)position;
            double fraction = position - cell;
            var row = matrix.Slice(pixel / patchSize * stride, cells);
            row[cell] += 1 - fraction;
            if (fraction > 0)
            {
                row[cell + 1] += fraction;
            }
        }
    }

    /// <summary>Each patch takes the mean of the cells under it, by their share of its length; rows sum to 1.</summary>
    private static void AreaMean(Span<double> matrix, int cells, double first, double step)
    {
        for (int patch = 0; patch < matrix.Length / cells; patch++)
        {
            var row = matrix.Slice(patch * cells, cells);
            double start = first + patch * step;
            double end = Math.Min(start + step, cells);
            for (int cell = (int)start; cell < end; cell++)
            {
                row[cell] = (Math.Min(cell + 1, end) - Math.Max(cell, start)) / (end - start);
            }
        }
    }

    private static void Nearest(Span<double> matrix, int cells, double first, double step)
    {
        for (int patch = 0; patch < matrix.Length / cells; patch++)
        {
            matrix[patch * cells + Math.Min((int)(first + (patch + 0.5) * step), cells - 1)] = 1;
        }
    }
}
