using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Finds vision transformers in checkpoints of other programs and loads them.</summary>
/// <remarks>
/// Families: <see cref="EncoderFamily"/>. Width, depth, patch side, channels and MLP ratio are read off the tensors; the heads are not in them, see <see cref="EncoderLoadOptions.Heads"/>. The patch grid must be square and patches
/// too. Heads, decoders and mask tokens are left out; anything else that is missing or has no place is an error, because it would change what the encoder computes. Layer scales are multiplied into the layers before them.
/// </remarks>
public static class EncoderReader
{
    // MAE's table has numbers up to 1, which bfloat16 stores to 0.002.
    private const float StoredPrecision = 4e-3f;

    /// <summary>Looks what of a vision transformer is in a checkpoint. Weights are not read, the table of positions aside.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="options">What it does not say itself; null for nothing.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static RecognizedEncoder Recognize(Checkpoint checkpoint, EncoderLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        options ??= new EncoderLoadOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(EncoderLoadOptions));
        if (EncoderKeyMap.Best(checkpoint.Names, options) is not { } map)
        {
            return new RecognizedEncoder { Ignored = checkpoint.Names };
        }

        string[] missing = [.. Missing(map)];
        var (architecture, problems) = missing.Length == 0 ? EncoderShapes.Infer(checkpoint, map, options.Heads) : (null, []);
        return new RecognizedEncoder
        {
            Map = map,
            Prefix = map.Prefix,
            TensorCount = map.Count,
            Missing = missing,
            LeftOver = map.LeftOver,
            Ignored = map.Ignored,
            Architecture = architecture,
            Problems = [.. problems, .. Hints(map, missing)],
            Family = options.Family ?? FamilyOf(checkpoint, map, architecture),
        };
    }

    /// <summary>Loads the encoder of a checkpoint.</summary>
    /// <param name="path">A file of a known format, or the index of several; see <see cref="Checkpoint"/>.</param>
    /// <param name="options">What the checkpoint does not say itself, and what the encoder shall be; null for as trained.</param>
    /// <returns>Shape and weights in single precision under timm's names.</returns>
    /// <exception cref="CheckpointFormatException">The file is damaged or holds no such encoder; the message lists what is missing and what is left over, and the nearest family.</exception>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges or do not fit the encoder.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static EncoderWeights Load(string path, EncoderLoadOptions? options = null)
    {
        using var checkpoint = Checkpoint.Open(path);
        return Load(checkpoint, options);
    }

    /// <summary>Loads the encoder of an open checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="options">What the checkpoint does not say itself, and what the encoder shall be; null for as trained.</param>
    /// <inheritdoc cref="Load(string, EncoderLoadOptions?)"/>
    public static EncoderWeights Load(Checkpoint checkpoint, EncoderLoadOptions? options = null)
    {
        options ??= new EncoderLoadOptions();
        var found = Recognize(checkpoint, options);
        return found.IsComplete
            ? new EncoderAssembler(checkpoint, found, options).Assemble()
            : throw new CheckpointFormatException(checkpoint.Path, $"it holds no encoder that can be loaded: {found.Explain()}");
    }

    private static IEnumerable<string> Missing(EncoderKeyMap map)
    {
        string positions = map.Has(KeyScheme.RelativePositions) ? KeyScheme.RelativePositions : "pos_embed";
        foreach (string name in EncoderShapes.Required(Math.Max(map.Depth, 1)).Prepend(positions).Where(name => !map.Has(name)))
        {
            yield return map.MissingName(name);
        }

        foreach (string attention in Enumerable.Range(0, Math.Max(map.Depth, 1)).Select(i => $"blocks.{i}.attn."))
        {
            foreach (string kind in new[] { "weight", "bias" })
            {
                // Together or apart. BEiT's keys have no bias.
                bool isApart = map.Has($"{attention}q.{kind}") && map.Has($"{attention}v.{kind}") && (kind == "bias" || map.Has($"{attention}k.{kind}"));
                if (!map.Has($"{attention}qkv.{kind}") && !isApart)
                {
                    string first = map.Scheme == KeyScheme.Timm ? "qkv" : Array.Find(["q", "k", "v"], part => !map.Has($"{attention}{part}.{kind}"))!;
                    yield return map.MissingName($"{attention}{first}.{kind}");
                }
            }
        }
    }

    private static IEnumerable<string> Hints(EncoderKeyMap map, string[] missing)
    {
        if (map.Has(KeyScheme.RelativePositions) && map.Has("pos_embed"))
        {
            yield return "it has both a table of positions and one of relative positions, which is not supported";
        }

        if (missing.Contains(map.MissingName("norm.weight")) && map.Ignored.Any(name => name.StartsWith(map.Prefix + "fc_norm.", StringComparison.Ordinal)))
        {
            yield return "it was fine-tuned with averaged tokens (fc_norm in place of norm); take the pre-trained checkpoint instead";
        }
    }

    private static EncoderFamily FamilyOf(Checkpoint checkpoint, EncoderKeyMap map, VisionTransformerOptions? architecture)
    {
        bool Has(string beginning) => map.Ignored.Any(name => name.StartsWith(map.Prefix + beginning, StringComparison.Ordinal));
        if (map.Scheme == KeyScheme.HuggingFace)
        {
            return EncoderFamily.HuggingFace;
        }

        if (map.Has(KeyScheme.RelativePositions) || (map.Has("blocks.0.attn.q.bias") && !map.Has("blocks.0.attn.k.bias")))
        {
            return EncoderFamily.SimMim;
        }

        if (Has("decoder_embed.") || (architecture is not null && PositionDistance(checkpoint, map, architecture) < StoredPrecision))
        {
            return EncoderFamily.Mae;
        }

        return Has("head.weight") || Has("head.bias") ? EncoderFamily.Timm : EncoderFamily.Dino;
    }

    /// <summary>The largest difference between the stored positions and MAE's fixed table.</summary>
    internal static float PositionDistance(Checkpoint checkpoint, EncoderKeyMap map, VisionTransformerOptions architecture)
    {
        if (architecture.Position == PositionEmbedding.Relative)
        {
            return float.PositiveInfinity;
        }

        float[] stored = checkpoint.Read(map["pos_embed"]).ToSingles();
        if (architecture.Width % 4 != 0 || stored.Length != (architecture.Grid.Count + 1) * architecture.Width)
        {
            return float.PositiveInfinity;
        }

        TensorPrimitives.Subtract(stored, SinCosPositionTable.Create(architecture.Grid, architecture.Width, classToken: true), stored);
        return MathF.Abs(TensorPrimitives.MaxMagnitude<float>(stored));
    }
}
