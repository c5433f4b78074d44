using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>The shape of MAE's transformer decoder, which sees visible tokens and mask tokens and predicts the masked patches.</summary>
public sealed class MaeDecoderOptions : DecoderOptions
{
    /// <summary>Width d of a decoder token.</summary>
    /// <value>A multiple of <see cref="Heads"/> and of 4. Default 512, MAE's for every encoder size.</value>
    public int Width { get; set; } = 512;

    /// <summary>Number of decoder blocks.</summary>
    /// <value>At least 1. Default 8.</value>
    public int Depth { get; set; } = 8;

    /// <summary>Attention heads of a decoder block.</summary>
    /// <value>Divides <see cref="Width"/>. Default 16.</value>
    public int Heads { get; set; } = 16;

    /// <inheritdoc/>
    public override bool MaskTokensEnterEncoder => false;

    /// <inheritdoc/>
    public override MaeDecoderOptions Clone() => (MaeDecoderOptions)MemberwiseClone();

    /// <inheritdoc/>
    public override void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Depth >= 1, "Decoder.Depth", Depth, "be at least 1");
        errors.Require(Heads >= 1, "Decoder.Heads", Heads, "be at least 1");
        errors.Require(Width >= 4 && Width % 4 == 0 && Width % Math.Max(Heads, 1) == 0, "Decoder.Width", Width, $"be a positive multiple of 4 and of Decoder.Heads {Heads}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"decoder {Width}x{Depth} heads {Heads}";
}
