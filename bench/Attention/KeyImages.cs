using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Bench.Attention;

/// <summary>Keys like those of photos: an object and two to four kinds of background, each with a direction of its own, blurred at the borders and noisy, so that the graphs have weak and strong cuts.</summary>
internal static class KeyImages
{
    public static float[] Make(PatchGrid grid, int width, int images)
    {
        var random = new Random(1);
        var keys = new float[images * grid.Count * width];
        for (int image = 0; image < images; image++)
        {
            Fill(keys.AsSpan(image * grid.Count * width, grid.Count * width), grid, width, random);
        }

        return keys;
    }

    private static void Fill(Span<float> keys, PatchGrid grid, int width, Random random)
    {
        int regions = 3 + random.Next(3);
        double sharpness = 1 + 3 * random.NextDouble();
        double noise = 0.5 + 1.5 * random.NextDouble();
        double[] shared = Normals(width, random);
        double[][] directions = [.. Enumerable.Range(0, regions).Select(_ => Normals(width, random))];
        var centres = Enumerable.Range(0, regions).Select(_ => (Row: random.NextDouble() * grid.Rows, Column: random.NextDouble() * grid.Columns)).ToArray();
        for (int patch = 0; patch < grid.Count; patch++)
        {
            var (row, column) = Math.DivRem(patch, grid.Columns);
            double[] weights = Array.ConvertAll(centres, centre => Math.Exp(-sharpness * Math.Sqrt(Math.Pow(row - centre.Row, 2) + Math.Pow(column - centre.Column, 2))));
            double sum = weights.Sum();
            double[] own = Normals(width, random);
            for (int k = 0; k < width; k++)
            {
                double value = 0.3 * shared[k] + noise * own[k];
                for (int region = 0; region < regions; region++)
                {
                    value += weights[region] / sum * directions[region][k];
                }

                keys[patch * width + k] = (float)value;
            }
        }
    }

    private static double[] Normals(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
