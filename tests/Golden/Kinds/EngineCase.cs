using System.Runtime.InteropServices;
using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>What the cases of networks have in common.</summary>
internal static class EngineCase
{
    public static VisionTransformerOptions Encoder(GoldenCase golden)
    {
        var model = golden.Model;
        return new VisionTransformerOptions
        {
            ImageHeight = Int(model, "image_height"),
            ImageWidth = Int(model, "image_width"),
            Channels = Int(model, "channels"),
            PatchSize = Int(model, "patch_size"),
            Width = Int(model, "width"),
            Depth = Int(model, "depth"),
            Heads = Int(model, "heads"),
            MlpRatio = Int(model, "mlp_ratio"),
            LayerNormEpsilon = model.GetProperty("layer_norm_eps").GetDouble(),
            Position = model.GetProperty("position").GetString() == "learned" ? PositionEmbedding.Learned : PositionEmbedding.SinCos,
        };
    }

    public static MaeDecoderOptions Decoder(GoldenCase golden) => new()
    {
        Width = Int(golden.Model, "decoder_width"),
        Depth = Int(golden.Model, "decoder_depth"),
        Heads = Int(golden.Model, "decoder_heads"),
    };

    public static StateDictionary Weights(GoldenCase golden)
    {
        const string Prefix = "weights/";
        var state = new StateDictionary();
        foreach (string name in golden.Names(Prefix))
        {
            state[name[Prefix.Length..]] = TensorData.FromSingles(golden.Single(name), golden.ShapeOf(name));
        }

        return state;
    }

    /// <summary>Cuts images <c>[B, C, H, W]</c> into patches <c>[B, N, P*P*C]</c>, element order (y, x, channel).</summary>
    public static float[] Patches(ReadOnlySpan<float> images, VisionTransformerOptions options)
    {
        int side = options.PatchSize, channels = options.Channels, height = options.ImageHeight, width = options.ImageWidth, columns = options.Grid.Columns;
        var patches = new float[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            int x = i % width, y = i / width % height, channel = i / (width * height) % channels, image = i / (width * height * channels);
            int patch = (y / side * columns) + (x / side);
            patches[(((image * options.Grid.Count) + patch) * options.PatchLength) + (((y % side * side) + (x % side)) * channels) + channel] = images[i];
        }

        return patches;
    }

    /// <summary>Puts patches together to images <c>[B, C, H, W]</c>: the inverse of <see cref="Patches"/>.</summary>
    public static float[] Images(float[] patches, VisionTransformerOptions options)
    {
        float[] numbers = Patches([.. Enumerable.Range(0, patches.Length).Select(number => (float)number)], options);
        var images = new float[patches.Length];
        for (int i = 0; i < images.Length; i++)
        {
            images[(int)numbers[i]] = patches[i];
        }

        return images;
    }

    /// <summary>Patches by their numbers in each image, <c>[B*k, P*P*C]</c>.</summary>
    public static Tensor Rows(float[] patches, VisionTransformerOptions options, int batch, long[] numbers)
    {
        int perImage = numbers.Length / batch, length = options.PatchLength;
        float[] rows = [.. numbers.SelectMany((number, i) => patches.AsSpan(((i / perImage * options.Grid.Count) + (int)number) * length, length).ToArray())];
        return TensorMemory.From<float>(rows, ScalarType.Float32, CPU, numbers.Length, length);
    }

    public static Tensor Upload(long[] numbers) => TensorMemory.From<long>(numbers, ScalarType.Int64, CPU, numbers.Length);

    public static long[] Download(Tensor numbers) => MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(numbers)).ToArray();

    /// <summary>1 where a patch is among the numbers <c>[B, m]</c>, as <c>[B, N]</c>.</summary>
    public static byte[] MaskOf(long[] numbers, int batch, int patches)
    {
        int perImage = numbers.Length / batch;
        var mask = new byte[batch * patches];
        for (int i = 0; i < numbers.Length; i++)
        {
            mask[(i / perImage * patches) + numbers[i]] = 1;
        }

        return mask;
    }

    /// <summary>Sorts each row of noise and splits it: MAE's random mask.</summary>
    public static (long[] Visible, long[] Masked) MaskByNoise(ReadOnlySpan<float> noise, int patches, double maskRatio)
    {
        int keep = (int)(patches * (1 - maskRatio));
        List<long> visible = [], masked = [];
        for (int row = 0; row < noise.Length; row += patches)
        {
            float[] keys = noise.Slice(row, patches).ToArray();
            long[] order = [.. Enumerable.Range(0, patches).Select(patch => (long)patch)];
            Array.Sort(keys, order);
            visible.AddRange(order[..keep]);
            masked.AddRange(order[keep..]);
        }

        return ([.. visible], [.. masked]);
    }

    public static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
