using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>One linear layer behind the encoder, which then sees a mask token in place of each masked patch (SimMIM, Xie et al. 2022; MaskFeat, Wei et al. 2022). Nothing to set.</summary>
/// <remarks>The encoder's sequence holds class token, visible and masked patches; thrown patches are in no sequence. SimMIM's 1x1 convolution with pixel shuffle is this layer.</remarks>
public sealed class LinearDecoderOptions : DecoderOptions
{
    /// <inheritdoc/>
    public override bool MaskTokensEnterEncoder => true;

    /// <inheritdoc/>
    public override LinearDecoderOptions Clone() => new();

    /// <inheritdoc/>
    public override void Validate(OptionErrors errors) => ArgumentNullException.ThrowIfNull(errors);

    /// <inheritdoc/>
    public override string ToString() => "decoder linear";
}
