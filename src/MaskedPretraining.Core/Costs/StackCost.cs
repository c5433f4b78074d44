namespace MaskedPretraining.Core.Costs;

/// <summary>Arithmetic and memory of a stack of equal transformer blocks.</summary>
/// <param name="Depth">Blocks L.</param>
/// <param name="Width">D.</param>
/// <param name="Heads">h.</param>
/// <param name="MlpRatio">r: the MLP's hidden layer is r D wide.</param>
internal readonly record struct StackCost(long Depth, long Width, long Heads, long MlpRatio)
{
    /// <summary>Weights and biases: per block <c>(4 + 2 r) D^2 + (9 + r) D</c>.</summary>
    public long Parameters => Depth * ((((4 + (2 * MlpRatio)) * Width) + 9 + MlpRatio) * Width);

    /// <summary>MACs of the MLP of one block.</summary>
    /// <param name="tokens">n, class token counted.</param>
    public double Mlp(long tokens) => 2.0 * MlpRatio * tokens * Width * Width;

    /// <summary>MACs of one block: <c>(4 + 2 r) n D^2</c> in its linear layers and <c>2 n^2 D</c> in attention.</summary>
    /// <param name="tokens">n, class token counted.</param>
    public double Block(long tokens) => Mlp(tokens) + (4.0 * tokens * Width * Width) + (2.0 * tokens * tokens * Width);

    /// <summary>MACs of all blocks.</summary>
    /// <param name="tokens">n, class token counted.</param>
    public double Blocks(long tokens) => Depth * Block(tokens);

    /// <summary>Numbers that LayerScale scales where it is folded into the layers that end the branches: the MLP's, and attention's too.</summary>
    /// <param name="scalesAttention">Whether it is.</param>
    public long Folded(bool scalesAttention) => Depth * Width * ((MlpRatio * Width) + 1 + (scalesAttention ? Width + 1 : 0));

    /// <summary>
    /// Bytes held for the backward pass of one image. In every block what enters products, that is both normalised inputs, what attention gives and both sides of GELU (<c>3 + 2 r</c> numbers a
    /// channel), what comes out of them, that is query, key and value, the sum behind attention and the output (5), and the attention probabilities in single precision. Once a stack its input and the
    /// gradients that pass through a block (<c>6 + r</c>), with copies to enter products (<c>1 + r</c>) if those are smaller.
    /// </summary>
    /// <param name="tokens">n, class token counted.</param>
    /// <param name="elementSize">Bytes of a number that enters products.</param>
    /// <param name="sumSize">Bytes of a number that comes out of them.</param>
    public long Activations(long tokens, int elementSize, int sumSize)
    {
        long kept = Depth * (((3 + (2 * MlpRatio)) * elementSize) + (5 * sumSize));
        long passing = (3 * elementSize) + ((3 + MlpRatio) * sumSize) + (elementSize == sumSize ? 0 : (1 + MlpRatio) * elementSize);
        return (tokens * Width * (kept + passing)) + (Depth * Heads * tokens * tokens * sizeof(float));
    }
}
