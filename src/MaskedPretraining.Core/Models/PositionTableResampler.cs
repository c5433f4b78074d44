using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Models;

/// <summary>Brings a trained table of positions to another grid of patches, as PyTorch's bicubic interpolation does (a = -0.75, clamped at the borders, no antialiasing).</summary>
public static class PositionTableResampler
{
    private const double Sharpness = -0.75;
    private const int Taps = 4;

    // DINO adds this to the size it asks for, so that a factor cannot come out a patch short.
    private const double ScaleFactorGuard = 0.1;

    /// <summary>Resamples a table in double precision and rounds it.</summary>
    /// <param name="table"><c>[extraTokens + from.Count, width]</c>, row-major; patches row by row.</param>
    /// <param name="extraTokens">Rows in front that belong to no patch (1: the class token); copied.</param>
    /// <param name="from">The table's grid.</param>
    /// <param name="to">The grid wanted, each side at least 1.</param>
    /// <param name="width">Width D of a token.</param>
    /// <param name="form">Where it looks.</param>
    /// <returns><c>[extraTokens + to.Count, width]</c>. With <see cref="PositionInterpolation.ScaleFactor"/> an unchanged grid changes the numbers a little; the callers of the original code leave it out then.</returns>
    /// <exception cref="ArgumentException">The table has another size than its grid needs.</exception>
    public static float[] Resample(ReadOnlySpan<float> table, int extraTokens, PatchGrid from, PatchGrid to, int width, PositionInterpolation form)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extraTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(Math.Min(from.Rows, from.Columns), Math.Min(to.Rows, to.Columns)), 1, nameof(to));
        int copied = checked(extraTokens * width);
        if (table.Length != checked(copied + (from.Count * width)))
        {
            throw new ArgumentException($"A table of {extraTokens} + {from} positions of {width} numbers has {copied + (from.Count * width)}, but there are {table.Length}.", nameof(table));
        }

        var patches = new double[from.Count * width];
        TensorPrimitives.ConvertChecked(table[copied..], patches);
        double[] wide = ResampleAxis(patches, from.Rows, from.Columns, to.Columns, width, form);
        double[] resampled = ResampleAxis(wide, 1, from.Rows, to.Rows, to.Columns * width, form);
        var result = new float[checked(copied + (to.Count * width))];
        table[..copied].CopyTo(result);
        TensorPrimitives.ConvertTruncating<double, float>(resampled, result.AsSpan(copied));
        return result;
    }

    // [outer, from, inner] to [outer, to, inner].
    private static double[] ResampleAxis(double[] source, int outer, int from, int to, int inner, PositionInterpolation form)
    {
        double step = form == PositionInterpolation.Size ? (double)from / to : from / (to + ScaleFactorGuard);
        var result = new double[outer * to * inner];
        Span<double> weights = stackalloc double[Taps];
        for (int i = 0; i < to; i++)
        {
            double position = ((i + 0.5) * step) - 0.5;
            int first = (int)Math.Floor(position) - 1;
            Weigh(position - Math.Floor(position), weights);
            for (int o = 0; o < outer; o++)
            {
                var row = result.AsSpan(((o * to) + i) * inner, inner);
                for (int tap = 0; tap < Taps; tap++)
                {
                    int index = Math.Clamp(first + tap, 0, from - 1);
                    TensorPrimitives.MultiplyAdd(source.AsSpan(((o * from) + index) * inner, inner), weights[tap], row, row);
                }
            }
        }

        return result;
    }

    // Keys' cubic convolution at distances 1 + t, t, 1 - t, 2 - t.
    private static void Weigh(double t, Span<double> weights)
    {
        (weights[0], weights[1], weights[2], weights[3]) = (Far(1 + t), Near(t), Near(1 - t), Far(2 - t));

        static double Near(double x) => ((((Sharpness + 2) * x) - (Sharpness + 3)) * x * x) + 1;
        static double Far(double x) => (((((Sharpness * x) - (5 * Sharpness)) * x) + (8 * Sharpness)) * x) - (4 * Sharpness);
    }
}
