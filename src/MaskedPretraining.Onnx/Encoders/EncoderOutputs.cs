namespace MaskedPretraining.Onnx.Encoders;

/// <summary>What an exported encoder returns. What is not asked for is not computed: without <see cref="Mean"/>, <see cref="Patches"/>, <see cref="Pyramid"/> and <see cref="ClsAndMean"/> the last block works for the class token alone.</summary>
[Flags]
public enum EncoderOutputs
{
    /// <summary>Nothing; not a model.</summary>
    None = 0,

    /// <summary>The class token after the final normalisation, <c>[N, D]</c>.</summary>
    Cls = 1,

    /// <summary>The mean of the patch tokens after the final normalisation, class token not counted, <c>[N, D]</c>.</summary>
    Mean = 2,

    /// <summary>The patch tokens after the final normalisation, class token not counted, <c>[N, patches, D]</c>; patch number = row * columns + column.</summary>
    Patches = 4,

    /// <summary>The attention of the last block's class token over the grid, scaled to 0..1, <c>[N, rows, columns]</c>.</summary>
    Attention = 8,

    /// <summary>
    /// The feature maps of a plain ViT detector, four outputs <c>[N, D, rows * s, columns * s]</c> for s = 4, 2, 1, 1/2: strides of P/4, P/2, P and 2P pixels, which are 4, 8, 16 and 32 for patches of 16. Made of the patch tokens after
    /// the final normalisation by bilinear enlargement and the greatest of 2 x 2 cells (after the simple feature pyramid of Li et al. 2022, which learns its enlargement). Rows and columns of patches must be even.
    /// </summary>
    Pyramid = 16,

    /// <summary>The class token, then the mean of the patch tokens, both after the final normalisation, <c>[N, 2D]</c>.</summary>
    ClsAndMean = 32,
}
