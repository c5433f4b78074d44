using System.Globalization;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// Layer-wise learning rates for fine-tuning (Clark et al. 2020; BEiT; MAE): the closer a parameter lies to the input, the slower it learns. Class token, positions and patch embedding are layer 0,
/// block i is layer i + 1, all else (norm, head) is layer L + 1, and layer l learns at <c>decay^(L + 1 - l)</c> of the learning rate.
/// </summary>
internal sealed class LayerDecay
{
    private const string Blocks = "blocks.";
    private readonly int _depth;
    private readonly double _decay;

    /// <param name="depth">Blocks L, at least 1.</param>
    /// <param name="decay">Factor from a layer to the one before it, greater than 0, at most 1: MAE's 0.65 or 0.75; 1 for the same rate everywhere.</param>
    public LayerDecay(int depth, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        if (!(decay is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The layer decay must be greater than 0 and at most 1.");
        }

        (_depth, _decay) = (depth, decay);
    }

    /// <summary>The layer of a parameter, 0 to L + 1.</summary>
    /// <param name="name">Its key in timm's names, for example <c>blocks.0.attn.qkv.weight</c>.</param>
    /// <exception cref="ArgumentException">The name is of a block that there is not.</exception>
    public int LayerOf(string name)
    {
        if (name is "cls_token" or "pos_embed" || name.StartsWith("patch_embed.", StringComparison.Ordinal))
        {
            return 0;
        }

        if (!name.StartsWith(Blocks, StringComparison.Ordinal))
        {
            return _depth + 1;
        }

        string number = name[Blocks.Length..].Split('.')[0];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int block) && block < _depth
            ? block + 1
            : throw new ArgumentException($"'{name}' is no parameter of {_depth} blocks.", nameof(name));
    }

    /// <summary>What the learning rate of a parameter is multiplied by.</summary>
    /// <param name="name">Its key in timm's names.</param>
    public double ScaleOf(string name) => Math.Pow(_decay, _depth + 1 - LayerOf(name));

    /// <summary>Whether weight decay applies in fine-tuning: not to tensors of one dimension, positions and the class token. Pre-training decays the last two.</summary>
    /// <param name="name">The parameter's key in timm's names.</param>
    /// <param name="shape">Its sizes.</param>
    public static bool IsDecayed(string name, IReadOnlyCollection<long> shape) => shape.Count > 1 && name is not ("pos_embed" or "cls_token");
}
