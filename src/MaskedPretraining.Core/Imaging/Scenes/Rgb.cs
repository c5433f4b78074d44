namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>A colour, each part about 0 to 1.</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    /// <summary>A colour of given lightness, hue (radians) and colourfulness.</summary>
    public static Rgb Of(float lightness, float hue, float chroma) => new(
        lightness + chroma * MathF.Cos(hue),
        lightness + chroma * MathF.Cos(hue - 2.0943951f),
        lightness + chroma * MathF.Cos(hue + 2.0943951f));

    /// <summary>This colour where <paramref name="share"/> is 0, the other where it is 1.</summary>
    public Rgb Blend(Rgb other, float share) => new(R + share * (other.R - R), G + share * (other.G - G), B + share * (other.B - B));

    public static Rgb operator *(Rgb colour, float factor) => new(colour.R * factor, colour.G * factor, colour.B * factor);
}
