using MaskedPretraining.Core.Imaging.Scenes;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Pictures of one object before a textured background, made from (seed, split, index) alone: any number, any size from 32 pixels, no download. The class decides
/// shape and texture of the object; place, size, rotation, colours and light are drawn without regard to it. In training the background kind goes with the class,
/// in the other splits it does not, or always, or never, so that one can measure how much an encoder leans on backgrounds; the object's mask is known, so that attention
/// maps can be scored. The same scene at another size is the same picture, only finer. Thread safe.
/// </summary>
public sealed class GeneratedScenes : ILabeledImageSource
{
    private readonly ulong _seed;
    private readonly double _agreement;

    /// <summary>Creates a source.</summary>
    /// <param name="count">Number of scenes, at least 1. Scene i is the same whatever the count.</param>
    /// <param name="size">Height and width in pixels, at least 32.</param>
    /// <param name="seed">Decides everything together with split and index.</param>
    /// <param name="split">How backgrounds relate to classes.</param>
    /// <param name="backgroundAgreement">Share of training scenes whose background is the one that the class prefers, 0 to 1; the others' is drawn from the rest. Plays no part in the other splits.</param>
    public GeneratedScenes(int count, int size, ulong seed, SceneSplit split, double backgroundAgreement = 0.85)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 32);
        if (!Enum.IsDefined(split))
        {
            throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split.");
        }

        if (backgroundAgreement is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(backgroundAgreement), backgroundAgreement, "The share must lie between 0 and 1.");
        }

        (Count, Size, Split, _seed, _agreement) = (count, size, split, seed, backgroundAgreement);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Height and width in pixels.</summary>
    public int Size { get; }

    /// <summary>How backgrounds relate to classes.</summary>
    public SceneSplit Split { get; }

    /// <summary>Shape and texture of each class's object.</summary>
    public IReadOnlyList<string> ClassNames => SceneRecipe.ClassNames;

    /// <summary>Names of the background kinds; class c prefers kind c in training.</summary>
    public static IReadOnlyList<string> BackgroundNames => SceneRecipe.BackgroundNames;

    /// <inheritdoc/>
    public string NameOf(int index) => $"generated scene {index} ({Split}, seed {_seed})";

    /// <summary>The objects' masks as pictures of one channel, white inside, in the order of the scenes.</summary>
    public IImageSource Masks => new GeneratedSceneMasks(this);

    /// <summary>Class number of a scene: the classes take turns, so that any stretch holds equally many of each.</summary>
    /// <param name="index">Scene number, 0 to <see cref="Count"/> - 1.</param>
    public int LabelOf(int index) => RecipeOf(index).Class;

    /// <summary>Background kind of a scene, a number into <see cref="BackgroundNames"/>.</summary>
    /// <param name="index">Scene number, 0 to <see cref="Count"/> - 1.</param>
    public int BackgroundOf(int index) => RecipeOf(index).Background;

    /// <inheritdoc/>
    public RgbImage Load(int index) => SceneRenderer.Render(RecipeOf(index), Size);

    /// <summary>Which pixels show the object.</summary>
    /// <param name="index">Scene number, 0 to <see cref="Count"/> - 1.</param>
    /// <returns><c>[Size, Size]</c>, true where the object covers at least half of the pixel; the object is there.</returns>
    public bool[] MaskOf(int index) => SceneRenderer.Mask(RecipeOf(index), Size);

    /// <summary>The smallest box around the object's mask.</summary>
    /// <param name="index">Scene number, 0 to <see cref="Count"/> - 1.</param>
    public CropBox BoxOf(int index)
    {
        bool[] mask = MaskOf(index);
        (int top, int bottom, int left, int right) = (Size, -1, Size, -1);
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            if (mask[pixel])
            {
                (int y, int x) = (pixel / Size, pixel % Size);
                (top, bottom, left, right) = (Math.Min(top, y), Math.Max(bottom, y), Math.Min(left, x), Math.Max(right, x));
            }
        }

        return new CropBox(top, left, bottom - top + 1, right - left + 1);
    }

    private SceneRecipe RecipeOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return SceneRecipe.Draw(_seed, Split, index, _agreement);
    }
}
