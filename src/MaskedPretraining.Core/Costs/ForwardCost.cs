namespace MaskedPretraining.Core.Costs;

/// <summary>
/// Multiply-accumulates (MACs, 2 floating-point operations each) of one image's forward pass. Matrix products are counted; normalisation, softmax, GELU, the loss and the optimizer are not.
/// </summary>
/// <param name="EncoderTokens">Length of the encoder's sequence, class token counted.</param>
/// <param name="DecoderTokens">Length of the decoder's sequence, class token counted; 0 for a linear decoder.</param>
/// <param name="Encoder">MACs of patch embedding and encoder.</param>
/// <param name="Decoder">MACs of the decoder with its projections, or of the linear decoder.</param>
public sealed record ForwardCost(int EncoderTokens, int DecoderTokens, double Encoder, double Decoder)
{
    /// <summary>MACs of the forward pass.</summary>
    public double Total => Encoder + Decoder;

    /// <summary>MACs of a training step: the backward pass is counted as twice the forward pass.</summary>
    public double Step => 3 * Total;
}
