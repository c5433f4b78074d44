namespace MaskedPretraining.Core.Imaging;

/// <summary>Square images stored as a plane each of red, green and blue.</summary>
internal static class ColorPlanes
{
    /// <summary>Interleaves planes.</summary>
    /// <param name="side">Height and width in pixels.</param>
    /// <param name="planes">The three planes, <c>3 * side * side</c> bytes.</param>
    /// <param name="image">Takes the image.</param>
    /// <param name="columnMajor">Whether a plane holds column after column, as MATLAB writes matrices, instead of row after row.</param>
    public static void Interleave(int side, ReadOnlySpan<byte> planes, ImageBuffer image, bool columnMajor = false)
    {
        int length = side * side;
        Span<byte> pixels = image.Reserve(side, side);
        for (int pixel = 0; pixel < length; pixel++)
        {
            int from = columnMajor ? pixel % side * side + pixel / side : pixel;
            (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]) = (planes[from], planes[length + from], planes[2 * length + from]);
        }
    }
}
