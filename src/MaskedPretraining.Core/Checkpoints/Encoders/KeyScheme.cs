using System.Globalization;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>How a library names the tensors of a vision transformer, and what timm, and so this library, calls them.</summary>
internal sealed class KeyScheme
{
    /// <summary>Key of the table of relative positions that BEiT and SimMIM share among blocks.</summary>
    public const string RelativePositions = "rel_pos_bias.relative_position_bias_table";

    private readonly string _blocks;
    private readonly (string Own, string Timm)[] _outer;
    private readonly (string Own, string Timm)[] _inner;

    // Where two own names mean the same, the first is the one to name as missing.
    private KeyScheme(string blocks, (string Own, string Timm)[] outer, (string Own, string Timm)[] inner, string[] otherParts) =>
        (_blocks, _outer, _inner, OtherParts) = (blocks, outer, inner, otherParts);

    /// <summary>timm, and with it MAE, DINO, SimMIM and BEiT.</summary>
    public static KeyScheme Timm { get; } = new(
        "blocks.",
        [
            ("cls_token", "cls_token"), ("pos_embed", "pos_embed"), (RelativePositions, RelativePositions),
            .. Layer("patch_embed.proj", "patch_embed.proj"), .. Layer("norm", "norm"),
        ],
        [
            .. Layer("norm1", "norm1"), .. Layer("attn.qkv", "attn.qkv"), .. Layer("attn.proj", "attn.proj"), .. Layer("norm2", "norm2"), .. Layer("mlp.fc1", "mlp.fc1"), .. Layer("mlp.fc2", "mlp.fc2"),
            .. Layer("attn.q", "attn.q"), .. Layer("attn.k", "attn.k"), .. Layer("attn.v", "attn.v"), ("attn.q_bias", "attn.q.bias"), ("attn.v_bias", "attn.v.bias"),
            ("gamma_1", "gamma_1"), ("gamma_2", "gamma_2"), ("ls1.gamma", "gamma_1"), ("ls2.gamma", "gamma_2"),
        ],
        ["head", "decoder", "mask_token", "fc_norm", "pre_logits", "rel_pos_bias.relative_position_index"]);

    /// <summary>transformers: ViT, ViT-MAE, DINO, DINOv2.</summary>
    public static KeyScheme HuggingFace { get; } = new(
        "encoder.layer.",
        [
            ("embeddings.cls_token", "cls_token"), ("embeddings.position_embeddings", "pos_embed"),
            .. Layer("embeddings.patch_embeddings.projection", "patch_embed.proj"), .. Layer("layernorm", "norm"),
        ],
        [
            .. Layer("layernorm_before", "norm1"), .. Layer("attention.attention.query", "attn.q"), .. Layer("attention.attention.key", "attn.k"), .. Layer("attention.attention.value", "attn.v"),
            .. Layer("attention.output.dense", "attn.proj"), .. Layer("layernorm_after", "norm2"), .. Layer("intermediate.dense", "mlp.fc1"), .. Layer("output.dense", "mlp.fc2"),
            .. Layer("norm1", "norm1"), .. Layer("norm2", "norm2"), .. Layer("mlp.fc1", "mlp.fc1"), .. Layer("mlp.fc2", "mlp.fc2"),
            ("layer_scale1.lambda1", "gamma_1"), ("layer_scale2.lambda1", "gamma_2"),
        ],
        ["pooler", "classifier", "decoder", "embeddings.mask_token"]);

    /// <summary>Beginnings of names that belong to something beside the encoder.</summary>
    public IReadOnlyList<string> OtherParts { get; }

    /// <summary>Splits a name into what stands before the encoder's own names and timm's name for the rest; null if the rest is none of the encoder's names.</summary>
    public (string Prefix, string Timm)? Split(string name)
    {
        int blocks = name.LastIndexOf(_blocks, StringComparison.Ordinal);
        if (blocks >= 0 && IsBoundary(name, blocks))
        {
            int number = blocks + _blocks.Length;
            int dot = name.IndexOf('.', number);
            return dot > number && int.TryParse(name.AsSpan(number, dot - number), NumberStyles.None, CultureInfo.InvariantCulture, out int block) && Find(_inner, name[(dot + 1)..]) is { } inner
                ? (name[..blocks], $"blocks.{block}.{inner}")
                : null;
        }

        foreach (var (own, timm) in _outer)
        {
            if (name.EndsWith(own, StringComparison.Ordinal) && IsBoundary(name, name.Length - own.Length))
            {
                return (name[..^own.Length], timm);
            }
        }

        return null;
    }

    /// <summary>What this scheme calls a tensor of timm's name, without prefix.</summary>
    public string OwnName(string timm)
    {
        if (!timm.StartsWith("blocks.", StringComparison.Ordinal))
        {
            return Array.Find(_outer, pair => pair.Timm == timm).Own ?? timm;
        }

        string[] parts = timm.Split('.', 3);
        return $"{_blocks}{parts[1]}.{Array.Find(_inner, pair => pair.Timm == parts[2]).Own ?? parts[2]}";
    }

    private static bool IsBoundary(string name, int at) => at == 0 || name[at - 1] is '.' or '/';

    private static string? Find((string Own, string Timm)[] pairs, string own) => Array.Find(pairs, pair => pair.Own == own).Timm;

    private static (string, string)[] Layer(string own, string timm) => [($"{own}.weight", $"{timm}.weight"), ($"{own}.bias", $"{timm}.bias")];
}
