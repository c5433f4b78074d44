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

    /// <summary>
    /// Bytes held for the backward pass of one image: in every block both normalised inputs, query, key and value, what attention gives, the sum behind it, both sides of GELU and the output
    /// (<c>8 + 2 r</c> numbers a channel) and the attention probabilities in single precision; once a stack its input and the gradients that pass through a block (<c>6 + r</c> numbers a channel).
    /// </summary>
    /// <param name="tokens">n, class token counted.</param>
    /// <param name="elementSize">Bytes of an activation.</param>
    public long Activations(long tokens, int elementSize)
    {
        long kept = (Depth * (8 + (2 * MlpRatio))) + 6 + MlpRatio;
        return (tokens * Width * kept * elementSize) + (Depth * Heads * tokens * tokens * sizeof(float));
    }
}
