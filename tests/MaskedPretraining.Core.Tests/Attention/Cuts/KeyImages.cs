using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Keys of made-up images.</summary>
internal static class KeyImages
{
    /// <summary>Keys around a few directions, each patch near one of them.</summary>
    /// <param name="clusters">Number of directions.</param>
    /// <param name="noise">Deviation of a key's entries from its direction's, which are about 1 in size.</param>
    public static float[] Clustered(int count, int width, int clusters, double noise, ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Scene, 0, 0);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] centres = [.. Enumerable.Range(0, clusters * width).Select(_ => Normal())];
        float[] keys = new float[count * width];
        for (int patch = 0; patch < count; patch++)
        {
            int cluster = random.NextInt32(clusters);
            for (int k = 0; k < width; k++)
            {
                keys[patch * width + k] = (float)(centres[cluster * width + k] + noise * Normal());
            }
        }

        return keys;
    }

    /// <summary>Patch i has the unit vector of its group: edges of weight 1 inside of a group alone.</summary>
    public static float[] Groups(int[] groupOfPatch, int width)
    {
        float[] keys = new float[groupOfPatch.Length * width];
        for (int patch = 0; patch < groupOfPatch.Length; patch++)
        {
            keys[patch * width + groupOfPatch[patch]] = 1;
        }

        return keys;
    }

    /// <summary>Two numbers a patch, at angles in degrees.</summary>
    public static float[] Angles(params double[] degrees) =>
        [.. degrees.SelectMany(angle => new[] { (float)Math.Cos(angle * Math.PI / 180), (float)Math.Sin(angle * Math.PI / 180) })];
}
