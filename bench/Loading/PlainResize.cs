using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Bench.Loading;

/// <summary>The baseline in this process: a cut-out resized as one writes it down, pixel by pixel in floating point, the cubic kernel widened when shrinking.</summary>
internal static class PlainResize
{
    public static byte[] Run(RgbImage image, CropBox box, int size, bool flip)
    {
        var rows = new float[box.Height * size * 3];
        for (int x = 0; x < size; x++)
        {
            var (first, weights) = Weights(x, box.Width, size);
            for (int y = 0; y < box.Height; y++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    float sum = 0;
                    for (int tap = 0; tap < weights.Length; tap++)
                    {
                        sum += weights[tap] * image.Pixels[((((box.Top + y) * image.Width) + box.Left + first + tap) * 3) + channel];
                    }

                    rows[(((y * size) + x) * 3) + channel] = sum;
                }
            }
        }

        var result = new byte[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            var (first, weights) = Weights(y, box.Height, size);
            for (int x = 0; x < size; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    float sum = 0;
                    for (int tap = 0; tap < weights.Length; tap++)
                    {
                        sum += weights[tap] * rows[((((first + tap) * size) + x) * 3) + channel];
                    }

                    result[(((y * size) + (flip ? size - 1 - x : x)) * 3) + channel] = (byte)Math.Clamp(MathF.Round(sum), 0, 255);
                }
            }
        }

        return result;
    }

    private static (int First, float[] Weights) Weights(int place, int input, int output)
    {
        float scale = (float)input / output;
        float stretch = Math.Max(scale, 1);
        float centre = (place + 0.5f) * scale;
        int first = Math.Max((int)(centre - (2 * stretch) + 0.5f), 0);
        int last = Math.Min((int)(centre + (2 * stretch) + 0.5f), input);
        float[] weights = [.. Enumerable.Range(first, last - first).Select(at => Cubic(Math.Abs((at - centre + 0.5f) / stretch)))];
        float sum = weights.Sum();
        return (first, Array.ConvertAll(weights, weight => weight / sum));
    }

    private static float Cubic(float x) => x < 1 ? (((1.5f * x) - 2.5f) * x * x) + 1 : x < 2 ? (((((-0.5f * x) + 2.5f) * x) - 4) * x) + 2 : 0;
}
