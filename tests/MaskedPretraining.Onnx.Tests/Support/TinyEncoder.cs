using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Onnx.Tests.Support;

/// <summary>Encoders with random weights large enough that every part of the network matters.</summary>
internal static class TinyEncoder
{
    public static VisionTransformerOptions Architecture(int height = 8, int width = 12, int channels = 3, int depth = 2) => new()
    {
        ImageHeight = height,
        ImageWidth = width,
        Channels = channels,
        PatchSize = 4,
        Width = 24,
        Depth = depth,
        Heads = 3,
        MlpRatio = 2,
        Position = PositionEmbedding.Learned,
        PixelMean = channels == 3 ? [0.485f, 0.456f, 0.406f] : [0.4f],
        PixelStandardDeviation = channels == 3 ? [0.229f, 0.224f, 0.225f] : [0.3f],
    };

    public static EncoderWeights Create(VisionTransformerOptions architecture, ulong seed = 1)
    {
        int width = architecture.Width;
        int hidden = width * architecture.MlpRatio;
        var weights = new StateDictionary();
        void Add(string name, double center, double deviation, params long[] shape)
        {
            var random = new RandomStream(seed, RandomPurpose.Initialization, 0, weights.Count);
            float[] values = new float[shape.Aggregate(1L, (product, length) => product * length)];
            for (int index = 0; index < values.Length; index++)
            {
                values[index] = (float)(center + deviation * random.NextGaussian());
            }

            weights[name] = new TensorData(TensorElementType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }

        void AddLinear(string name, int outputs, int inputs)
        {
            Add($"{name}.weight", 0, 1.5 / Math.Sqrt(inputs), outputs, inputs);
            Add($"{name}.bias", 0, 0.3, outputs);
        }

        void AddNorm(string name)
        {
            Add($"{name}.weight", 1, 0.2, width);
            Add($"{name}.bias", 0, 0.2, width);
        }

        Add("cls_token", 0, 1, 1, 1, width);
        if (architecture.Position == PositionEmbedding.Relative)
        {
            Add("rel_pos_bias.relative_position_bias_table", 0, 1, RelativePositionIndex.RowsOf(architecture.Grid), architecture.Heads);
        }
        else
        {
            Add("pos_embed", 0, 1, 1, architecture.Grid.Count + 1, width);
        }

        Add("patch_embed.proj.weight", 0, 1 / Math.Sqrt(architecture.PatchLength), width, architecture.Channels, architecture.PatchSize, architecture.PatchSize);
        Add("patch_embed.proj.bias", 0, 0.3, width);
        for (int block = 0; block < architecture.Depth; block++)
        {
            AddNorm($"blocks.{block}.norm1");
            AddLinear($"blocks.{block}.attn.qkv", 3 * width, width);
            AddLinear($"blocks.{block}.attn.proj", width, width);
            AddNorm($"blocks.{block}.norm2");
            AddLinear($"blocks.{block}.mlp.fc1", hidden, width);
            AddLinear($"blocks.{block}.mlp.fc2", width, hidden);
            if (architecture.LayerScale is { } scale)
            {
                Add($"blocks.{block}.gamma_1", scale, 0.2, width);
                Add($"blocks.{block}.gamma_2", scale, 0.2, width);
            }
        }

        AddNorm("norm");
        return new EncoderWeights(architecture, weights);
    }
}
