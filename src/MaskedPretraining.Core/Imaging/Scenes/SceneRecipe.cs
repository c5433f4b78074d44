using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Everything that decides a scene, in units of the image's side, so that it can be drawn at any size.</summary>
internal sealed class SceneRecipe
{
    private static readonly (string Name, SceneShape Shape, ScenePattern Texture)[] Classes =
    [
        ("striped disc", SceneShape.Disc, ScenePattern.Stripes),
        ("dotted square", SceneShape.Square, ScenePattern.Dots),
        ("checked triangle", SceneShape.Triangle, ScenePattern.Checks),
        ("ringed star", SceneShape.Star, ScenePattern.Rings),
        ("wavy cross", SceneShape.Cross, ScenePattern.Waves),
        ("hatched crescent", SceneShape.Crescent, ScenePattern.Hatch),
        ("speckled ring", SceneShape.Ring, ScenePattern.Speckle),
        ("spoked hexagon", SceneShape.Hexagon, ScenePattern.Spokes),
    ];

    // In the order of the classes that prefer them; none has the pattern of its class's texture.
    private static readonly ScenePattern[] Backgrounds =
    [
        ScenePattern.Clouds, ScenePattern.Gradient, ScenePattern.Stripes, ScenePattern.Waves,
        ScenePattern.Checks, ScenePattern.Dots, ScenePattern.Rings, ScenePattern.Speckle,
    ];

    private SceneRecipe(int label, int background) => (Class, Background) = (label, background);

    public static IReadOnlyList<string> ClassNames { get; } = Array.ConvertAll(Classes, one => one.Name);

    public static IReadOnlyList<string> BackgroundNames { get; } = Array.ConvertAll(Backgrounds, one => one.ToString().ToLowerInvariant());

    public int Class { get; }

    public int Background { get; }

    public SceneShape Shape => Classes[Class].Shape;

    public required Tile Object { get; init; }

    public required Tile Behind { get; init; }

    /// <summary>Direction from which light falls, radians.</summary>
    public required float Light { get; init; }

    /// <summary>Seed of the noise in patterns and film.</summary>
    public required uint NoiseSeed { get; init; }

    public static SceneRecipe Draw(ulong seed, SceneSplit split, int index, double agreement)
    {
        // The three splits that test share their objects, so that only the backgrounds make the difference between them.
        var random = new RandomStream(seed, RandomPurpose.Scene, split == SceneSplit.Train ? 0 : 1, index);
        int label = index % Classes.Length;
        int background = BackgroundFor(label, split, agreement, random);
        float radius = Between(random, 0.25f, 0.38f);
        var thing = new Tile(
            Classes[label].Texture,
            Between(random, radius * 0.9f, 1 - radius * 0.9f),
            Between(random, radius * 0.9f, 1 - radius * 0.9f),
            radius,
            Between(random, 0.48f, 0.62f),
            Between(random, 0, 2 * MathF.PI),
            Tones(random, 0.36f, 0.56f));
        var behind = new Tile(
            Backgrounds[background],
            Between(random, -0.2f, 1.2f),
            Between(random, -0.2f, 1.2f),
            1,
            Between(random, 0.2f, 0.34f),
            Between(random, 0, 2 * MathF.PI),
            Tones(random, 0.1f, 0.3f));
        return new SceneRecipe(label, background)
        {
            Object = thing,
            Behind = behind,
            Light = Between(random, 0, 2 * MathF.PI),
            NoiseSeed = random.NextUInt32(),
        };
    }

    private static int BackgroundFor(int label, SceneSplit split, double agreement, RandomStream random)
    {
        double share = random.NextDouble();
        int any = random.NextInt32(Backgrounds.Length);
        int other = (label + 1 + random.NextInt32(Backgrounds.Length - 1)) % Backgrounds.Length;
        return split switch
        {
            SceneSplit.Test => any,
            SceneSplit.Agree => label,
            SceneSplit.Lie => other,
            _ => share < agreement ? label : other,
        };
    }

    // A dark and a light tone of unrelated hues, in either order.
    private static (Rgb First, Rgb Second) Tones(RandomStream random, float smallestContrast, float largestContrast)
    {
        float contrast = Between(random, smallestContrast, largestContrast);
        float middle = Between(random, 0.2f + contrast / 2, 0.8f - contrast / 2);
        var dark = Rgb.Of(middle - contrast / 2, Between(random, 0, 2 * MathF.PI), Between(random, 0.02f, 0.2f));
        var light = Rgb.Of(middle + contrast / 2, Between(random, 0, 2 * MathF.PI), Between(random, 0.02f, 0.2f));
        return random.NextInt32(2) == 0 ? (dark, light) : (light, dark);
    }

    private static float Between(RandomStream random, float smallest, float largest) => smallest + random.NextSingle() * (largest - smallest);
}
