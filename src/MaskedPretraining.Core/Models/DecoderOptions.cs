using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>What predicts the masked patches from the encoder's tokens, and with it where the mask tokens enter: <see cref="MaeDecoderOptions"/> or <see cref="LinearDecoderOptions"/>.</summary>
public abstract class DecoderOptions
{
    private protected DecoderOptions()
    {
    }

    /// <summary>Whether the encoder sees mask tokens (SimMIM, MaskFeat), or the decoder alone does (MAE).</summary>
    public abstract bool MaskTokensEnterEncoder { get; }

    /// <summary>An independent copy.</summary>
    public abstract DecoderOptions Clone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public abstract void Validate(OptionErrors errors);
}
