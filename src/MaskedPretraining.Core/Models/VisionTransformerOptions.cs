using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>The shape of a vision transformer encoder (Dosovitskiy et al. 2021, as MAE uses it: pre-norm blocks, class token, exact GELU).</summary>
public sealed class VisionTransformerOptions
{
    /// <summary>Image height H.</summary>
    /// <value>Pixels; a multiple of <see cref="PatchSize"/>. Default 224.</value>
    public int ImageHeight { get; set; } = 224;

    /// <summary>Image width W.</summary>
    /// <value>Pixels; a multiple of <see cref="PatchSize"/>. Default 224.</value>
    public int ImageWidth { get; set; } = 224;

    /// <summary>Colour channels C.</summary>
    /// <value>At least 1. Default 3 (red, green, blue).</value>
    public int Channels { get; set; } = 3;

    /// <summary>Side P of a square patch.</summary>
    /// <value>Pixels; divides both image sides. Default 16.</value>
    public int PatchSize { get; set; } = 16;

    /// <summary>Width D of a token.</summary>
    /// <value>A multiple of <see cref="Heads"/>, and of 4 with the sine-cosine table. Default 192.</value>
    public int Width { get; set; } = 192;

    /// <summary>Number of blocks L.</summary>
    /// <value>At least 1. Default 12.</value>
    public int Depth { get; set; } = 12;

    /// <summary>Attention heads h of a block.</summary>
    /// <value>Divides <see cref="Width"/>. Default 3.</value>
    public int Heads { get; set; } = 3;

    /// <summary>Width of the hidden layer of a block's MLP, in multiples of <see cref="Width"/>.</summary>
    /// <value>At least 1. Default 4.</value>
    public int MlpRatio { get; set; } = 4;

    /// <summary>Added to the variance in layer normalisation.</summary>
    /// <value>Greater than 0. Default 1e-6 as in MAE (PyTorch's own default is 1e-5).</value>
    public double LayerNormEpsilon { get; set; } = 1e-6;

    /// <summary>How positions enter.</summary>
    /// <value>Default <see cref="PositionEmbedding.SinCos"/>.</value>
    public PositionEmbedding Position { get; set; } = PositionEmbedding.SinCos;

    /// <summary>First value of LayerScale (Touvron et al. 2021), a trained factor a channel on each branch of a block.</summary>
    /// <value>Greater than 0; null (default): no LayerScale. SimMIM has 0.1.</value>
    public double? LayerScale { get; set; }

    /// <summary>Whether LayerScale also scales the attention branch.</summary>
    /// <value>Default true. False only to repeat AMT's released SimMIM code, which forgets that factor and so never trains it.</value>
    public bool LayerScaleOnAttention { get; set; } = true;

    /// <summary>Mean of each channel, subtracted from pixels scaled to 0..1.</summary>
    /// <value>One number a channel, or a single one for all. Default: ImageNet's.</value>
    public float[] PixelMean { get; set; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of each channel, by which centred pixels are divided.</summary>
    /// <value>One number a channel, or a single one for all; each greater than 0. Default: ImageNet's.</value>
    public float[] PixelStandardDeviation { get; set; } = [0.229f, 0.224f, 0.225f];

    /// <summary>The grid of patches, <c>H/P x W/P</c>.</summary>
    public PatchGrid Grid => new(ImageHeight / PatchSize, ImageWidth / PatchSize);

    /// <summary>Numbers in one patch, <c>P*P*C</c>.</summary>
    public int PatchLength => PatchSize * PatchSize * Channels;

    /// <summary>ViT-Ti: 192 wide, 12 blocks, 3 heads (5.5 million parameters at patch 16).</summary>
    /// <param name="imageSize">Side of a square image in pixels.</param>
    /// <param name="patchSize">Side of a patch in pixels.</param>
    public static VisionTransformerOptions Tiny(int imageSize = 224, int patchSize = 16) => Square(imageSize, patchSize, 192, 12, 3);

    /// <summary>ViT-S: 384 wide, 12 blocks, 6 heads (21.6 million parameters at patch 16).</summary>
    /// <inheritdoc cref="Tiny"/>
    public static VisionTransformerOptions Small(int imageSize = 224, int patchSize = 16) => Square(imageSize, patchSize, 384, 12, 6);

    /// <summary>ViT-B: 768 wide, 12 blocks, 12 heads (85.7 million parameters at patch 16).</summary>
    /// <inheritdoc cref="Tiny"/>
    public static VisionTransformerOptions Base(int imageSize = 224, int patchSize = 16) => Square(imageSize, patchSize, 768, 12, 12);

    /// <summary>ViT-L: 1024 wide, 24 blocks, 16 heads (303 million parameters at patch 16).</summary>
    /// <inheritdoc cref="Tiny"/>
    public static VisionTransformerOptions Large(int imageSize = 224, int patchSize = 16) => Square(imageSize, patchSize, 1024, 24, 16);

    /// <summary>ViT-H: 1280 wide, 32 blocks, 16 heads (630 million parameters at patch 14).</summary>
    /// <inheritdoc cref="Tiny"/>
    public static VisionTransformerOptions Huge(int imageSize = 224, int patchSize = 14) => Square(imageSize, patchSize, 1280, 32, 16);

    /// <summary>An independent copy.</summary>
    public VisionTransformerOptions Clone()
    {
        var copy = (VisionTransformerOptions)MemberwiseClone();
        copy.PixelMean = [.. PixelMean];
        copy.PixelStandardDeviation = [.. PixelStandardDeviation];
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(PatchSize >= 1, nameof(PatchSize), PatchSize, "be at least 1 pixel");
        int patch = Math.Max(PatchSize, 1);
        errors.Require(ImageHeight >= patch && ImageHeight % patch == 0, nameof(ImageHeight), ImageHeight, $"be a positive multiple of PatchSize {PatchSize}");
        errors.Require(ImageWidth >= patch && ImageWidth % patch == 0, nameof(ImageWidth), ImageWidth, $"be a positive multiple of PatchSize {PatchSize}");
        errors.Require(Channels >= 1, nameof(Channels), Channels, "be at least 1");
        errors.Require(Depth >= 1, nameof(Depth), Depth, "be at least 1");
        errors.Require(Heads >= 1, nameof(Heads), Heads, "be at least 1");
        errors.Require(Width >= 1 && Width % Math.Max(Heads, 1) == 0, nameof(Width), Width, $"be a positive multiple of Heads {Heads}");
        errors.Require(Position != PositionEmbedding.SinCos || Width % 4 == 0, nameof(Width), Width, "be a multiple of 4 with sine-cosine positions");
        errors.Require(Enum.IsDefined(Position), nameof(Position), Position, "be SinCos, Learned or Relative");
        errors.Require(LayerScale is null || (LayerScale > 0 && double.IsFinite(LayerScale.Value)), nameof(LayerScale), LayerScale, "be null or greater than 0 and finite");
        errors.Require(MlpRatio >= 1, nameof(MlpRatio), MlpRatio, "be at least 1");
        errors.Require(LayerNormEpsilon is > 0 and < 1, nameof(LayerNormEpsilon), LayerNormEpsilon, "lie between 0 and 1, both excluded");
        ValidateChannelValues(errors, nameof(PixelMean), PixelMean, float.IsFinite, "finite numbers");
        ValidateChannelValues(errors, nameof(PixelStandardDeviation), PixelStandardDeviation, value => value > 0 && float.IsFinite(value), "positive finite numbers");
    }

    private void ValidateChannelValues(OptionErrors errors, string name, float[]? values, Predicate<float> isValid, string kind) =>
        errors.Require(
            values is not null && (values.Length == 1 || values.Length == Channels) && Array.TrueForAll(values, isValid),
            name,
            values is null ? null : $"[{string.Join(", ", values)}]",
            $"hold 1 or {Channels} (Channels) {kind}");

    private static VisionTransformerOptions Square(int imageSize, int patchSize, int width, int depth, int heads) =>
        new() { ImageHeight = imageSize, ImageWidth = imageSize, PatchSize = patchSize, Width = width, Depth = depth, Heads = heads };
}
