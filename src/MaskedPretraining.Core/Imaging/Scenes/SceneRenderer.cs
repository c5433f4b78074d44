namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Draws scenes: patterned background, a soft shadow around the object, the patterned object, light from one side, a little film noise.</summary>
internal static class SceneRenderer
{
    private const float ShadowReach = 0.45f;
    private const float ShadowDepth = 0.45f;
    private const float LightDepth = 0.14f;
    private const float FilmNoise = 8f / 255;

    public static RgbImage Render(SceneRecipe recipe, int size)
    {
        var behind = new TileFrame(recipe.Behind, size, recipe.NoiseSeed);
        var thing = new TileFrame(recipe.Object, size, recipe.NoiseSeed + 1);
        (float lightY, float lightX) = MathF.SinCos(recipe.Light);
        lightX *= LightDepth / size;
        lightY *= LightDepth / size;
        byte[] pixels = new byte[size * size * 3];
        for (int row = 0, at = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++, at += 3)
            {
                (float x, float y) = behind.At(column, row);
                Rgb colour = behind.Colour(x, y);
                (x, y) = thing.At(column, row);
                if (x * x + y * y < (Outlines.Reach + ShadowReach) * (Outlines.Reach + ShadowReach))
                {
                    colour = Cover(recipe, thing, x, y, colour);
                }

                float light = 1 + (2 * column - size) * lightX + (2 * row - size) * lightY;
                float noise = (Patterns.Hash(column, row, recipe.NoiseSeed) - 0.5f) * FilmNoise;
                pixels[at] = ToByte(colour.R * light + noise);
                pixels[at + 1] = ToByte(colour.G * light + noise);
                pixels[at + 2] = ToByte(colour.B * light + noise);
            }
        }

        return new RgbImage(size, size, pixels);
    }

    public static bool[] Mask(SceneRecipe recipe, int size)
    {
        var thing = new TileFrame(recipe.Object, size, recipe.NoiseSeed + 1);
        bool[] mask = new bool[size * size];
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            (float x, float y) = thing.At(pixel % size, pixel / size);
            mask[pixel] = Outlines.Distance(recipe.Shape, x, y) <= 0;
        }

        return mask;
    }

    private static Rgb Cover(SceneRecipe recipe, TileFrame thing, float x, float y, Rgb colour)
    {
        float distance = Outlines.Distance(recipe.Shape, x, y);
        float covered = Math.Clamp(0.5f - distance / thing.Pixel, 0, 1);
        if (covered < 1)
        {
            float near = Math.Clamp(1 - distance / ShadowReach, 0, 1);
            colour *= 1 - ShadowDepth * near * near;
        }

        return covered > 0 ? colour.Blend(thing.Colour(x, y), covered) : colour;
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value * 255 + 0.5f, 0, 255);
}
