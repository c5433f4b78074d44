using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

/// <summary>Brings scores of patches to pixels by linear interpolation between the middles of patches; beyond the outermost middles the border's score holds (PyTorch's <c>bilinear</c> with <c>align_corners=False</c>).</summary>
public static class ScoreUpsampling
{
    /// <summary>The interpolation along one axis as a matrix.</summary>
    /// <param name="cells">Cells of the axis, at least 1.</param>
    /// <param name="pixels">Pixels wanted, at least 1; fewer than cells picks values between cells, without averaging.</param>
    /// <returns><c>[pixels, cells]</c>; each row has the sum 1 and at most two numbers other than 0.</returns>
    public static float[] Matrix(int cells, int pixels)
    {
        var matrix = new float[checked(pixels * cells)];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            var (first, second, share) = Place(pixel, pixels, cells);
            matrix[(pixel * cells) + first] += 1 - share;
            matrix[(pixel * cells) + second] += share;
        }

        return matrix;
    }

    /// <summary>The class with the greatest interpolated score of every pixel; of equal ones the first.</summary>
    /// <param name="scores">Scores of patches, <c>[K, grid.Rows, grid.Columns]</c>; logits, as the field interpolates them.</param>
    /// <param name="classes">Number of classes K, 1 to 255.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="height">Rows of pixels wanted.</param>
    /// <param name="width">Columns of pixels wanted.</param>
    /// <exception cref="ArgumentException">The number of scores does not fit, or one is not finite.</exception>
    public static ClassMask Classify(ReadOnlySpan<float> scores, int classes, PatchGrid grid, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, (long)classes * grid.Count, nameof(scores));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, ClassMask.Ignored);
        if (!TensorPrimitives.IsFiniteAll(scores))
        {
            throw new ArgumentException("A score is not finite. Check the encoder and its input.", nameof(scores));
        }

        var predicted = new byte[checked(height * width)];
        var lines = new float[classes * grid.Columns];
        var best = new float[width];
        var places = Enumerable.Range(0, width).Select(x => Place(x, width, grid.Columns)).ToArray();
        for (int y = 0; y < height; y++)
        {
            var (upper, lower, down) = Place(y, height, grid.Rows);
            var row = predicted.AsSpan(y * width, width);
            for (int number = 0; number < classes; number++)
            {
                var plane = scores.Slice(number * grid.Count, grid.Count);
                var line = lines.AsSpan(number * grid.Columns, grid.Columns);
                TensorPrimitives.Lerp(plane.Slice(upper * grid.Columns, grid.Columns), plane.Slice(lower * grid.Columns, grid.Columns), down, line);
                for (int x = 0; x < width; x++)
                {
                    var (left, right, across) = places[x];
                    float score = (line[left] * (1 - across)) + (line[right] * across);
                    if (number == 0 || score > best[x])
                    {
                        (best[x], row[x]) = (score, (byte)number);
                    }
                }
            }
        }

        return new ClassMask(height, width, predicted);
    }

    // The cells whose middles lie before and behind a pixel's middle, and how far it is from the first to the second.
    private static (int First, int Second, float Share) Place(int pixel, int pixels, int cells)
    {
        double position = Math.Clamp(((pixel + 0.5) * cells / pixels) - 0.5, 0, cells - 1);
        int first = (int)position;
        return (first, Math.Min(first + 1, cells - 1), (float)(position - first));
    }
}
