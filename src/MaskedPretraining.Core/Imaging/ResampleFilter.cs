namespace MaskedPretraining.Core.Imaging;

/// <summary>The kernel with which <see cref="PilResampler"/> weighs pixels; it widens with the shrink factor, so both kinds are antialiased.</summary>
public enum ResampleFilter
{
    /// <summary>The triangle kernel, support 1.</summary>
    Bilinear,

    /// <summary>The cubic kernel with a = -0.5, support 2: what MAE crops with.</summary>
    Bicubic,
}
