using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

/// <summary>Draws an image into a rectangle of a new one.</summary>
internal static class ImageResampler
{
    /// <summary>Nearest neighbour over the whole new image.</summary>
    public static MLImage Nearest(MLImage source, int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (int y = 0; y < height; y++)
        {
            int row = (int)((y + 0.5) * source.Height / height);
            for (int x = 0; x < width; x++)
            {
                int column = (int)((x + 0.5) * source.Width / width);
                source.Pixels.Slice((row * source.Width + column) * 4, 4).CopyTo(pixels.AsSpan((y * width + x) * 4));
            }
        }
        return new MLImage(width, height, source.PixelFormat, pixels);
    }

    /// <summary>The source, scaled to <paramref name="drawnWidth"/> x <paramref name="drawnHeight"/>, at (<paramref name="left"/>, <paramref name="top"/>) of the new image; the rest stays black.</summary>
    public static MLImage Smooth(MLImage source, int width, int height, int left, int top, int drawnWidth, int drawnHeight)
    {
        var pixels = new byte[width * height * 4];
        int firstX = Math.Max(left, 0), endX = Math.Min(left + drawnWidth, width);
        int firstY = Math.Max(top, 0), endY = Math.Min(top + drawnHeight, height);
        if (firstX >= endX || firstY >= endY)
            return new MLImage(width, height, source.PixelFormat, pixels);
        ResamplingTap[] columns = Taps(source.Width, drawnWidth, firstX - left, endX - left);
        ResamplingTap[] rows = Taps(source.Height, drawnHeight, firstY - top, endY - top);
        int drawn = columns.Length * 4;
        // Rows first in full width would read each source pixel once for every row that needs it; columns first reads it once.
        int firstRow = rows[0].First, endRow = rows[^1].First + rows[^1].Weights.Length;
        var narrow = new float[(endRow - firstRow) * drawn];
        ReadOnlySpan<byte> from = source.Pixels;
        for (int row = firstRow; row < endRow; row++)
        {
            for (int x = 0; x < columns.Length; x++)
            {
                ResamplingTap tap = columns[x];
                float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
                int offset = (row * source.Width + tap.First) * 4;
                foreach (float weight in tap.Weights)
                {
                    c0 += weight * from[offset];
                    c1 += weight * from[offset + 1];
                    c2 += weight * from[offset + 2];
                    c3 += weight * from[offset + 3];
                    offset += 4;
                }
                int to = (row - firstRow) * drawn + x * 4;
                narrow[to] = c0;
                narrow[to + 1] = c1;
                narrow[to + 2] = c2;
                narrow[to + 3] = c3;
            }
        }
        var sums = new float[drawn];
        for (int y = 0; y < rows.Length; y++)
        {
            Array.Clear(sums);
            for (int i = 0; i < rows[y].Weights.Length; i++)
            {
                float weight = rows[y].Weights[i];
                ReadOnlySpan<float> line = narrow.AsSpan((rows[y].First - firstRow + i) * drawn, drawn);
                for (int x = 0; x < drawn; x++)
                    sums[x] += weight * line[x];
            }
            int target = ((firstY + y) * width + firstX) * 4;
            for (int x = 0; x < drawn; x++)
                pixels[target + x] = (byte)Math.Clamp((int)(sums[x] + 0.5f), 0, 255);
        }
        return new MLImage(width, height, source.PixelFormat, pixels);
    }

    /// <summary>A triangle as wide as a target pixel is in the source, so that shrinking averages what it leaves out.</summary>
    private static ResamplingTap[] Taps(int sourceSize, int targetSize, int first, int end)
    {
        double scale = (double)sourceSize / targetSize;
        double support = Math.Max(scale, 1);
        var taps = new ResamplingTap[end - first];
        for (int i = first; i < end; i++)
        {
            double center = (i + 0.5) * scale;
            int from = Math.Max(0, (int)(center - support + 0.5));
            int to = Math.Min(sourceSize, (int)(center + support + 0.5));
            var weights = new float[Math.Max(1, to - from)];
            double sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                double weight = Math.Max(0, 1 - Math.Abs((from + k + 0.5 - center) / support));
                weights[k] = (float)weight;
                sum += weight;
            }
            for (int k = 0; k < weights.Length; k++)
                weights[k] = sum > 0 ? (float)(weights[k] / sum) : 1f / weights.Length;
            taps[i - first] = new ResamplingTap(Math.Min(from, sourceSize - 1), weights);
        }
        return taps;
    }
}
