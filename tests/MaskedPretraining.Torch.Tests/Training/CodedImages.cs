using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Images of noise with a code for each patch, as AMT and SimMIM write masks down: 1 masked, 0 visible, -1 thrown.</summary>
internal sealed class CodedImages
{
    private readonly VisionTransformerOptions _options;
    private readonly long[][] _orders;
    private readonly int[] _masked;
    private readonly int _thrown;

    /// <param name="options">Shape of images and patches.</param>
    /// <param name="thrown">Thrown patches of each image.</param>
    /// <param name="masked">Masked patches, one number an image.</param>
    public CodedImages(VisionTransformerOptions options, int thrown, params int[] masked)
    {
        (_options, _thrown, _masked) = (options, thrown, masked);
        int count = options.Grid.Count;
        Pixels = new byte[masked.Length * count * options.PatchLength];
        var noise = new RandomStream(4, RandomPurpose.Scene, 0, 0);
        for (int i = 0; i < Pixels.Length; i++)
        {
            Pixels[i] = (byte)noise.NextInt32(256);
        }

        _orders = [.. masked.Select((_, image) => Shuffled(count, image))];
        Codes = [.. _orders.Select((order, image) => CodesOf(order, masked[image]))];
        Weights = [.. masked.Select((_, image) => WeightsOf(count, image))];
    }

    /// <summary><c>[B, N, P*P*C]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary><c>[B][N]</c>.</summary>
    public int[][] Codes { get; }

    /// <summary>Weight of each patch in the loss, <c>[B][N]</c>; used by plans that ask for them.</summary>
    public float[][] Weights { get; }

    public int Count => _masked.Length;

    /// <summary>Masked patches of all images.</summary>
    public int MaskedTotal => _masked.Sum();

    /// <summary>The same as a batch's lists. Where images differ, the longest list of masked patches decides the length of all.</summary>
    /// <param name="weighted">Whether patches have weights.</param>
    /// <param name="reversed">Whether the patches of a list come the other way round.</param>
    public MaskedImages Plans(bool weighted = false, bool reversed = false)
    {
        int listed = _masked.Max();
        List<long> visible = [], masked = [];
        List<float> weights = [];
        for (int image = 0; image < Count; image++)
        {
            // Masked first, then the visible ones that fill the list, then thrown ones.
            long[] order = _orders[image], own = order[.._masked[image]], rest = order[(_masked[image] + _thrown)..];
            long[] list = [.. reversed ? own.Reverse() : own, .. rest[..(listed - own.Length)]];
            rest = rest[(listed - own.Length)..];
            masked.AddRange(list);
            visible.AddRange(reversed ? rest.Reverse() : rest);
            weights.AddRange(list.Select((patch, place) => place < own.Length ? Weights[image][patch] : 0));
        }

        return new MaskedImages(Count, Pixels, visible.ToArray(), masked.ToArray())
        {
            MaskedCounts = _masked.Distinct().Count() == 1 ? default : _masked,
            LossWeights = weighted ? weights.ToArray() : default,
            Foreground = weighted ? weights.Select(weight => weight > 1).ToArray() : default,
        };
    }

    /// <summary>Pixels of one image, <c>[N, P*P*C]</c>.</summary>
    public ReadOnlySpan<byte> PixelsOf(int image) => Pixels.AsSpan(image * Pixels.Length / Count, Pixels.Length / Count);

    /// <summary>Gives all patches with a code another content.</summary>
    public void Change(int code)
    {
        for (int image = 0; image < Count; image++)
        {
            for (int patch = 0; patch < Codes[image].Length; patch++)
            {
                if (Codes[image][patch] == code)
                {
                    var pixels = Pixels.AsSpan(((image * Codes[image].Length) + patch) * _options.PatchLength, _options.PatchLength);
                    pixels.Reverse();
                    pixels[0] ^= 255;
                }
            }
        }
    }

    private static long[] Shuffled(int count, int image)
    {
        long[] order = [.. Enumerable.Range(0, count).Select(patch => (long)patch)];
        new RandomStream(4, RandomPurpose.Mask, 0, image).Shuffle(order.AsSpan());
        return order;
    }

    private int[] CodesOf(long[] order, int masked)
    {
        var codes = new int[order.Length];
        Array.ForEach(order[..masked], patch => codes[patch] = 1);
        Array.ForEach(order[masked..(masked + _thrown)], patch => codes[patch] = -1);
        return codes;
    }

    private static float[] WeightsOf(int count, int image)
    {
        var random = new RandomStream(5, RandomPurpose.Mask, 0, image);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(0.5 + (2 * random.NextDouble())))];
    }
}
