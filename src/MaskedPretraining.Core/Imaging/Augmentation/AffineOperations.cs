using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// The operations of RandAugment that move pixels: each pixel's centre is taken to a place of the original and interpolated there between 4x4 pixels, rows and columns beyond the edge
/// repeating it; a place outside of the original gets the fill colour. In place on pixels of red, green and blue; keeps buffers, not thread safe.
/// </summary>
/// <param name="fill">The fill colour.</param>
internal sealed class AffineOperations((byte R, byte G, byte B) fill)
{
    private const int Channels = RandAugment.Channels;
    // A pixel of four single-precision numbers, so that one load brings two of them whole.
    private const int Wide = 4;
    // Pixels repeated beyond each edge, so that no place inside the image needs more care than another: half a pixel, rounded down, and one more to the left, two to the right.
    private const int Border = 2;
    private float[] _original = [];
    private int _stride;

    /// <summary>Turns about the centre, counterclockwise for positive angles.</summary>
    public void Rotate(Span<byte> pixels, int height, int width, double degrees)
    {
        if (degrees == 0)
        {
            return;
        }

        // From 0 to 360 degrees, as Pillow turns them before anything is rounded.
        double angle = -(degrees < 0 ? degrees + 360 : degrees) * (Math.PI / 180);
        double cosine = Math.Round(Math.Cos(angle), 15), sine = Math.Round(Math.Sin(angle), 15);
        double centreX = width / 2.0, centreY = height / 2.0;
        Apply(pixels, height, width, (cosine, sine, cosine * -centreX + sine * -centreY + centreX), (-sine, cosine, -sine * -centreX + cosine * -centreY + centreY));
    }

    /// <summary>Takes row y from <paramref name="factor"/> * y pixels further right.</summary>
    public void ShearX(Span<byte> pixels, int height, int width, double factor) => Apply(pixels, height, width, (1, factor, 0), (0, 1, 0));

    /// <summary>Takes column x from <paramref name="factor"/> * x pixels further down.</summary>
    public void ShearY(Span<byte> pixels, int height, int width, double factor) => Apply(pixels, height, width, (1, 0, 0), (factor, 1, 0));

    /// <summary>Takes each pixel from so many pixels further right and down.</summary>
    public void Translate(Span<byte> pixels, int height, int width, double right, double down) => Apply(pixels, height, width, (1, 0, right), (0, 1, down));

    private void Apply(Span<byte> pixels, int height, int width, (double X, double Y, double One) toX, (double X, double Y, double One) toY)
    {
        Widen(pixels, height, width);
        for (int row = 0, at = 0; row < height; row++)
        {
            double centreY = row + 0.5;
            for (int column = 0; column < width; column++, at += Channels)
            {
                double centreX = column + 0.5;
                double x = toX.X * centreX + toX.Y * centreY + toX.One;
                double y = toY.X * centreX + toY.Y * centreY + toY.One;
                if (x >= 0 && x < width && y >= 0 && y < height)
                {
                    Vector256<double> value = Vector256.Min(Vector256.Max(Interpolate(x - 0.5, y - 0.5), Vector256<double>.Zero), Vector256.Create(255.0));
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)value[0], (byte)value[1], (byte)value[2]);
                }
                else
                {
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = fill;
                }
            }
        }
    }

    private void Widen(ReadOnlySpan<byte> pixels, int height, int width)
    {
        _stride = (width + 2 * Border) * Wide;
        int length = (height + 2 * Border) * _stride;
        if (_original.Length < length)
        {
            _original = new float[length];
        }

        for (int row = -Border, to = 0; row < height + Border; row++)
        {
            int start = Math.Clamp(row, 0, height - 1) * width;
            for (int column = -Border; column < width + Border; column++, to += Wide)
            {
                int from = (start + Math.Clamp(column, 0, width - 1)) * Channels;
                (_original[to], _original[to + 1], _original[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
            }
        }
    }

    // The place is at least -0.5 and below side - 0.5 in both directions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Interpolate(double x, double y)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double alongX = x - left, alongY = y - top;
        ref float row = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_original), (top + Border) * _stride + (left + Border - 1) * Wide);
        return alongY == 0
            ? Row(ref row, alongX)
            : Cubic(
                Row(ref Unsafe.Add(ref row, -_stride), alongX),
                Row(ref row, alongX),
                Row(ref Unsafe.Add(ref row, _stride), alongX),
                Row(ref Unsafe.Add(ref row, 2 * _stride), alongX),
                alongY);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Row(ref float from, double along)
    {
        Vector256<float> near = Vector256.LoadUnsafe(ref from), far = Vector256.LoadUnsafe(ref from, 2 * Wide);
        return along == 0
            ? Vector256.WidenUpper(near)
            : Cubic(Vector256.WidenLower(near), Vector256.WidenUpper(near), Vector256.WidenLower(far), Vector256.WidenUpper(far), along);
    }

    // The cubic kernel with a = -1 in Horner form, operations in Pillow's order: fractions are cut off, so that the last bit shows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Cubic(Vector256<double> first, Vector256<double> second, Vector256<double> third, Vector256<double> fourth, double along)
    {
        Vector256<double> linear = third - first;
        Vector256<double> square = (first - second) * 2.0 + third - fourth;
        Vector256<double> cube = second - first - third + fourth;
        return second + (linear + (square + cube * along) * along) * along;
    }
}
