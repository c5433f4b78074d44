using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>The tensors of an encoder, known to be there in single precision and in the architecture's shapes.</summary>
internal sealed class EncoderTensors
{
    private readonly StateDictionary _weights;

    public EncoderTensors(EncoderWeights encoder)
    {
        (Architecture, _weights) = (encoder.Architecture, encoder.Weights);
        var wrong = new List<string>();
        foreach (var (name, shape) in Expected(Architecture))
        {
            if (!_weights.Contains(name))
            {
                wrong.Add($"{name} [{string.Join(", ", shape)}] is missing");
            }
            else if (_weights[name] is var tensor && (tensor.Type != TensorElementType.F32 || !tensor.Shape.SequenceEqual(shape)))
            {
                wrong.Add($"{name} is {tensor.Type} [{string.Join(", ", tensor.Shape)}] instead of F32 [{string.Join(", ", shape)}]");
            }
            else
            {
                ByteCount += tensor.Bytes.Length;
            }
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException(
                $"The weights do not belong to this architecture ({Architecture.Width} wide, {Architecture.Depth} blocks, {Architecture.Heads} heads, patch {Architecture.PatchSize}, " +
                $"{Architecture.ImageHeight}x{Architecture.ImageWidth} pixels): {string.Join("; ", wrong.Take(8))}{(wrong.Count > 8 ? $"; and {wrong.Count - 8} more" : "")}. Pass the architecture they were trained with.",
                nameof(encoder));
        }
    }

    public VisionTransformerOptions Architecture { get; }

    /// <summary>Bytes of all the tensors.</summary>
    public long ByteCount { get; }

    /// <summary>A tensor's numbers.</summary>
    public ReadOnlySpan<float> Singles(string name) => MemoryMarshal.Cast<byte, float>(_weights[name].Bytes);

    /// <summary>A third (0 query, 1 key, 2 value) of the rows of a fused tensor.</summary>
    public ReadOnlySpan<float> Third(string name, int third)
    {
        var all = Singles(name);
        return all.Slice(third * (all.Length / 3), all.Length / 3);
    }

    /// <summary>A tensor's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes(string name) => _weights[name].Bytes;

    private static IEnumerable<(string Name, long[] Shape)> Expected(VisionTransformerOptions architecture)
    {
        long width = architecture.Width;
        long hidden = width * architecture.MlpRatio;
        yield return ("cls_token", [1, 1, width]);
        yield return architecture.Position == PositionEmbedding.Relative
            ? (RelativePositionBias.TableName, [RelativePositionIndex.RowsOf(architecture.Grid), architecture.Heads])
            : ("pos_embed", [1, architecture.Grid.Count + 1, width]);
        yield return ("patch_embed.proj.weight", [width, architecture.Channels, architecture.PatchSize, architecture.PatchSize]);
        yield return ("patch_embed.proj.bias", [width]);
        for (int block = 0; block < architecture.Depth; block++)
        {
            foreach (var (name, shape) in new (string, long[])[]
            {
                ("norm1.weight", [width]), ("norm1.bias", [width]),
                ("attn.qkv.weight", [3 * width, width]), ("attn.qkv.bias", [3 * width]), ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]),
                ("norm2.weight", [width]), ("norm2.bias", [width]),
                ("mlp.fc1.weight", [hidden, width]), ("mlp.fc1.bias", [hidden]), ("mlp.fc2.weight", [width, hidden]), ("mlp.fc2.bias", [width]),
            })
            {
                yield return ($"blocks.{block}.{name}", shape);
            }

            if (architecture.LayerScale is not null)
            {
                yield return ($"blocks.{block}.gamma_1", [width]);
                yield return ($"blocks.{block}.gamma_2", [width]);
            }
        }

        yield return ("norm.weight", [width]);
        yield return ("norm.bias", [width]);
    }
}
