using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>How the class token's attention rows, one a head, become one map in 0..1.</summary>
public sealed class ClassAttentionOptions
{
    /// <summary>Whether heads are scaled to 0..1 before or after they are pooled.</summary>
    /// <value>Default <see cref="HeadNormalization.PerHeadThenMean"/>, AMT's code.</value>
    public HeadNormalization Normalization { get; set; } = HeadNormalization.PerHeadThenMean;

    /// <summary>How heads are pooled; of no consequence with <see cref="Head"/>.</summary>
    /// <value>Default <see cref="HeadPooling.Mean"/>.</value>
    public HeadPooling Pooling { get; set; } = HeadPooling.Mean;

    /// <summary>One head alone.</summary>
    /// <value>0 to h - 1; null (default): all heads, pooled.</value>
    public int? Head { get; set; }

    /// <summary>Keeps in each head only the patches with the most attention, as few as hold about this share of the head's attention to patches; the others become 0 (DINO's pictures have 0.6).</summary>
    /// <value>Greater than 0 and less than 1; null (default): all are kept.</value>
    /// <remarks>DINO shows the kept patches as a mask; here they keep their values, and the mask is where the map of one head is greater than 0.</remarks>
    public double? MassThreshold { get; set; }

    /// <summary>An independent copy.</summary>
    public ClassAttentionOptions Clone() => (ClassAttentionOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="heads">Number of heads h.</param>
    public void Validate(OptionErrors errors, int heads)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Normalization), nameof(Normalization), Normalization, "be PerHeadThenMean or MeanThenMinMax");
        errors.Require(Enum.IsDefined(Pooling), nameof(Pooling), Pooling, "be Mean or Max");
        errors.Require(Head is null || (Head >= 0 && Head < heads), nameof(Head), Head, $"be null or lie from 0 to {heads - 1}, as the encoder has {heads} heads");
        errors.Require(MassThreshold is null or (> 0 and < 1), nameof(MassThreshold), MassThreshold, "be null or lie between 0 and 1, both excluded");
    }
}
