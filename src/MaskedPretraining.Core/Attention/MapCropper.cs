using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Crops maps of one grid again and again with the same memory. One a thread.</summary>
/// <param name="crop">How a map is brought to a crop.</param>
/// <param name="mapGrid">The maps' grid.</param>
/// <param name="cropGrid">The crops' grid.</param>
/// <param name="patchSize">Side of a patch in pixels.</param>
internal sealed class MapCropper(MapCrop crop, PatchGrid mapGrid, PatchGrid cropGrid, int patchSize)
{
    private readonly double[] _rows = new double[cropGrid.Rows * mapGrid.Rows];
    private readonly double[] _columns = new double[cropGrid.Columns * mapGrid.Columns];
    private readonly double[] _line = new double[mapGrid.Columns];

    /// <inheritdoc cref="CropOperator.Apply"/>
    public void Apply(ReadOnlySpan<float> map, int imageHeight, int imageWidth, CropBox box, bool flip, Span<float> weights)
    {
        Check(map.Length, imageHeight, imageWidth, box, weights.Length);
        CropAxis.Fill(crop, _rows, mapGrid.Rows, imageHeight, box.Top, box.Height, cropGrid.Rows, patchSize);
        CropAxis.Fill(crop, _columns, mapGrid.Columns, imageWidth, box.Left, box.Width, cropGrid.Columns, patchSize);
        for (int row = 0; row < cropGrid.Rows; row++)
        {
            MixRows(_rows.AsSpan(row * mapGrid.Rows, mapGrid.Rows), map);
            for (int column = 0; column < cropGrid.Columns; column++)
            {
                var operatorRow = _columns.AsSpan(column * mapGrid.Columns, mapGrid.Columns);
                double sum = 0;
                for (int i = 0; i < operatorRow.Length; i++)
                {
                    sum += operatorRow[i] * _line[i];
                }

                weights[row * cropGrid.Columns + (flip ? cropGrid.Columns - 1 - column : column)] = (float)sum;
            }
        }
    }

    private void MixRows(ReadOnlySpan<double> operatorRow, ReadOnlySpan<float> map)
    {
        Array.Clear(_line);
        for (int mapRow = 0; mapRow < operatorRow.Length; mapRow++)
        {
            double factor = operatorRow[mapRow];
            if (factor == 0)
            {
                continue;
            }

            var cells = map.Slice(mapRow * _line.Length, _line.Length);
            for (int i = 0; i < cells.Length; i++)
            {
                _line[i] += factor * cells[i];
            }
        }
    }

    private void Check(int mapLength, int imageHeight, int imageWidth, CropBox box, int weightsLength)
    {
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
