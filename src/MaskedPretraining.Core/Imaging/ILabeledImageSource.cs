namespace MaskedPretraining.Core.Imaging;

/// <summary>Images with a class each.</summary>
public interface ILabeledImageSource : IImageSource
{
    /// <summary>Names of the classes, in the order of their numbers.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Class number of an image, 0 to <c>ClassNames.Count - 1</c>.</summary>
    /// <param name="index">Image number, 0 to <see cref="IImageSource.Count"/> - 1.</param>
    int LabelOf(int index);
}
