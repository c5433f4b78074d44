namespace MaskedPretraining.Core.Imaging;

/// <summary>Any image source together with a class for each image. Thread safe if the source is.</summary>
public sealed class LabeledImageSource : ILabeledImageSource
{
    private readonly IImageSource _images;
    private readonly int[] _labels;

    /// <summary>Creates a source.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">Class number of each image, 0 to <c>classNames.Count - 1</c>.</param>
    /// <param name="classNames">Names of the classes.</param>
    /// <exception cref="ArgumentException">There are not as many labels as images, or a label is out of range.</exception>
    public LabeledImageSource(IImageSource images, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (labels.Count != images.Count)
        {
            throw new ArgumentException($"There are {labels.Count} labels for {images.Count} images.", nameof(labels));
        }

        (_images, _labels, ClassNames) = (images, [.. labels], classNames);
        int wrong = Array.FindIndex(_labels, label => label < 0 || label >= classNames.Count);
        if (wrong >= 0)
        {
            throw new ArgumentException($"Label {_labels[wrong]} of {images.NameOf(wrong)} must lie between 0 and {classNames.Count - 1}, since there are {classNames.Count} class names.", nameof(labels));
        }
    }

    /// <inheritdoc/>
    public int Count => _images.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public string NameOf(int index) => _images.NameOf(index);

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Load(int index) => _images.Load(index);

    /// <inheritdoc/>
    public void Load(int index, ImageBuffer buffer) => _images.Load(index, buffer);
}
