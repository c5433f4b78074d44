namespace MaskedPretraining.Onnx.Encoders;

/// <summary>What an exported encoder returns. What is not asked for is not computed: without <see cref="Mean"/> and <see cref="Patches"/> the last block works for the class token alone.</summary>
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
}
