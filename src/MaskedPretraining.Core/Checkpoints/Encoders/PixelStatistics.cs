namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Mean and standard deviation by which a family's encoders expect pixels (0..1) to be normalised.</summary>
/// <param name="Mean">One number a channel, or one for all.</param>
/// <param name="Deviation">Likewise.</param>
internal sealed record PixelStatistics(float[] Mean, float[] Deviation)
{
    private static readonly PixelStatistics ImageNet = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
    private static readonly PixelStatistics Half = new([0.5f], [0.5f]);

    /// <summary>Those of a family.</summary>
    /// <param name="family">The family.</param>
    /// <param name="hasClassifier">Whether there is a classifier or pooler beside the encoder.</param>
    /// <param name="channels">Channels of the encoder; where they are not three, a colour family's numbers become one for all.</param>
    public static PixelStatistics Of(EncoderFamily family, bool hasClassifier, int channels)
    {
        var own = family == EncoderFamily.Timm || (family == EncoderFamily.HuggingFace && hasClassifier) ? Half : ImageNet;
        return channels == 3 ? own : own.Grey();
    }

    /// <summary>One number for all channels.</summary>
    public PixelStatistics Grey() => new([Mean.Average()], [Deviation.Average()]);
}
