using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Batches;

/// <summary>Images and their class numbers, checked once. Thread safe if the source is.</summary>
internal sealed class LabeledImages
{
    private readonly int[] _labels;

    /// <exception cref="ArgumentException">The source is empty, or there are not as many labels, or a label is below 0.</exception>
    public LabeledImages(IImageSource source, ReadOnlySpan<int> labels)
    {
        if (source.Count < 1)
        {
            throw new ArgumentException("There are no labelled images: the image source is empty.", nameof(source));
        }

        if (labels.Length != source.Count)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {source.Count} images; there must be one an image.", nameof(labels));
        }

        (Source, _labels) = (source, labels.ToArray());
        int wrong = Array.FindIndex(_labels, label => label < 0);
        if (wrong >= 0)
        {
            throw new ArgumentException($"Label {_labels[wrong]} of {source.NameOf(wrong)} must be a class number from 0; leave out images without a class.", nameof(labels));
        }
    }

    public IImageSource Source { get; }

    public int Count => _labels.Length;

    public int LabelOf(int sample) => _labels[sample];
}
