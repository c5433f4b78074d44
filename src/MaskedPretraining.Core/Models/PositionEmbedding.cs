namespace MaskedPretraining.Core.Models;

/// <summary>How a vision transformer learns where a patch lies.</summary>
public enum PositionEmbedding
{
    /// <summary>The fixed two-dimensional sine-cosine table of MAE.</summary>
    SinCos,

    /// <summary>A trained table, one row a token.</summary>
    Learned,

    /// <summary>No table of positions: a trained bias on the attention logits for each offset between two patches and each head, shared by all blocks (BEiT, SimMIM).</summary>
    Relative,
}
