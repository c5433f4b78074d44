using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

/// <summary>The class of every pixel of an image.</summary>
public sealed class ClassMask
{
    /// <summary>The number of pixels that belong to no class: neither trained on nor scored (VOC's and ADE20K's ignore label).</summary>
    public const byte Ignored = 255;

    /// <summary>Wraps class numbers.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="classes">Class numbers from 0, or <see cref="Ignored"/>, <c>[height, width]</c>; not copied.</param>
    /// <exception cref="ArgumentException">The number of pixels does not fit.</exception>
    public ClassMask(int height, int width, byte[] classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.LongLength, (long)height * width, nameof(classes));
        (Height, Width, Classes) = (height, width, classes);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Class numbers from 0, or <see cref="Ignored"/>, <c>[Height, Width]</c>.</summary>
    public byte[] Classes { get; }

    /// <summary>An object before its background: class 1 inside, class 0 outside.</summary>
    /// <param name="mask">The object; it may be empty.</param>
    public static ClassMask Of(ObjectMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new ClassMask(mask.Height, mask.Width, Array.ConvertAll(mask.Inside, isInside => isInside ? (byte)1 : (byte)0));
    }

    /// <summary>Refuses classes that there are not.</summary>
    /// <param name="count">Number of classes K.</param>
    /// <exception cref="ArgumentException">A pixel's number is neither below <paramref name="count"/> nor <see cref="Ignored"/>.</exception>
    public void Check(int count)
    {
        int pixel = Array.FindIndex(Classes, number => number >= count && number != Ignored);
        if (pixel >= 0)
        {
            throw new ArgumentException(
                $"Pixel {pixel % Width}, {pixel / Width} (x, y) of the mask has the class {Classes[pixel]}, but there are {count} classes: numbers lie between 0 and {count - 1}, or are {Ignored} where a pixel shall not count. "
                + "Set Classes to the number of classes; for masks that are black and bright, set Masks to Objects.");
        }
    }
}
