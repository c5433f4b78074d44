namespace MaskedPretraining.Torch.Optimization;

/// <summary>What a model declares about one trained tensor before any memory is taken.</summary>
/// <param name="Name">Its key in checkpoints, for example <c>blocks.0.attn.qkv.weight</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Initialize">Fills its first values.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, Initializer Initialize)
{
    /// <summary>Number of elements.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>
    /// Whether weight decay applies. Unless said otherwise timm's rule, which MAE uses: class and mask token <c>[1, 1, D]</c> and position tables are decayed, biases and the scales of
    /// normalisation layers are not. SimMIM's recipe exempts the class token and the positions too.
    /// </summary>
    public bool IsDecayed { get; init; } = Shape.Length >= 2 && !Name.EndsWith(".bias", StringComparison.Ordinal);
}
