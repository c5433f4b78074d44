namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Where a vision transformer's checkpoint comes from: how its tensors are named, and what its authors did with positions and pixels.</summary>
public enum EncoderFamily
{
    /// <summary>MAE (He et al. 2022): timm's names, fixed sine-cosine positions, often with a decoder. Positions are resampled by size; ImageNet's mean and deviation.</summary>
    Mae,

    /// <summary>DINO (Caron et al. 2021): timm's names, no classifier, often under <c>teacher</c> and <c>backbone.</c>. Positions are resampled by scale factor; ImageNet's mean and deviation.</summary>
    Dino,

    /// <summary>The library timm, with its classifier. Positions are resampled by size; mean and deviation 0.5, those of its ViTs (its DeiTs have ImageNet's).</summary>
    Timm,

    /// <summary>The library transformers (ViT, ViT-MAE, DINO): queries, keys and values apart. Positions are resampled by size; mean and deviation 0.5 beside a pooler or classifier, otherwise ImageNet's.</summary>
    HuggingFace,

    /// <summary>SimMIM and BEiT: query and value biases, layer scales, a table of relative positions. ImageNet's mean and deviation.</summary>
    SimMim,
}
