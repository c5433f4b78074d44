using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>What a checkpoint does not say itself, or what the encoder made of it shall be.</summary>
public sealed class EncoderLoadOptions
{
    /// <summary>Height of the images that the encoder will see. Positions are resampled as the family does it.</summary>
    /// <value>Pixels; a multiple of the patch side. Null (default): as trained.</value>
    public int? ImageHeight { get; set; }

    /// <summary>Width of the images that the encoder will see.</summary>
    /// <value>Pixels; a multiple of the patch side. Null (default): as trained.</value>
    public int? ImageWidth { get; set; }

    /// <summary>Channels of the images that the encoder will see.</summary>
    /// <value>
    /// At least 1. Null (default): as trained. 1 for an encoder of colour images: grey images give what they give as colour images with three equal channels. Any other number: the trained channels are repeated in turn, weights
    /// multiplied by trained / wanted.
    /// </value>
    public int? Channels { get; set; }

    /// <summary>Attention heads of a block, which no tensor tells.</summary>
    /// <value>
    /// Divides the width. Null (default): as many as a table of relative positions has, otherwise heads of 64 features (16 heads of 80 in a ViT-H, 1280 wide); must be set for other widths, and for MAE-Lite's ViT-Ti and ViT-S,
    /// which have 12.
    /// </value>
    public int? Heads { get; set; }

    /// <summary>The family, where names alone cannot tell.</summary>
    /// <value>Null (default): recognised. Names of timm without decoder and classifier are taken for DINO's.</value>
    public EncoderFamily? Family { get; set; }

    /// <summary>Whether LayerScale's factors of the attention branch (<c>gamma_1</c>) count.</summary>
    /// <value>Default true. False for checkpoints of AMT's released SimMIM code, which stores them and forgets to use them.</value>
    public bool LayerScaleOnAttention { get; set; } = true;

    /// <summary>What the names of the encoder's tensors begin with, for example <c>student/module.backbone.</c>.</summary>
    /// <value>Null (default): the prefix under which most of an encoder is found; a teacher or moving average before others.</value>
    public string? Prefix { get; set; }

    /// <summary>Beginnings of names, behind the prefix, that are no part of the encoder and may be left out.</summary>
    /// <value>Default: none besides heads, decoders and mask tokens, which are always left out.</value>
    public IReadOnlyList<string> Ignore { get; set; } = [];

    /// <summary>Mean of each channel, subtracted from pixels scaled to 0..1.</summary>
    /// <value>One number a channel, or a single one for all. Null (default): the family's.</value>
    public float[]? PixelMean { get; set; }

    /// <summary>Standard deviation of each channel, by which centred pixels are divided.</summary>
    /// <value>One number a channel, or a single one for all; each greater than 0. Null (default): the family's.</value>
    public float[]? PixelStandardDeviation { get; set; }

    /// <summary>An independent copy; lists are shared.</summary>
    public EncoderLoadOptions Clone() => (EncoderLoadOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options, as far as no checkpoint is needed to tell.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(ImageHeight is null or >= 1, nameof(ImageHeight), ImageHeight, "be null or at least 1 pixel");
        errors.Require(ImageWidth is null or >= 1, nameof(ImageWidth), ImageWidth, "be null or at least 1 pixel");
        errors.Require(Channels is null or >= 1, nameof(Channels), Channels, "be null or at least 1");
        errors.Require(Heads is null or >= 1, nameof(Heads), Heads, "be null or at least 1");
        errors.Require(Family is not { } family || Enum.IsDefined(family), nameof(Family), Family, $"be null or one of {string.Join(", ", Enum.GetNames<EncoderFamily>())}");
        errors.Require(Ignore is not null, nameof(Ignore), Ignore, "be a list");
    }
}
