namespace MaskedPretraining.Core.Imaging;

/// <summary>Some of a source's images, in a given order. Thread safe if the source is.</summary>
public sealed class FilteredImageSource : IImageSource
{
    private readonly IImageSource _source;
    private readonly int[] _indices;

    /// <summary>Creates a source; <see cref="Of"/> keeps labels as well.</summary>
    /// <param name="source">The images.</param>
    /// <param name="indices">Numbers of those to keep, in the order wanted; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the source.</exception>
    public FilteredImageSource(IImageSource source, IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(indices);
        (_source, _indices) = (source, [.. indices]);
        int wrong = Array.FindIndex(_indices, index => index < 0 || index >= source.Count);
        if (wrong >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(indices), _indices[wrong], $"Image numbers must lie between 0 and {source.Count - 1}.");
        }
    }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <summary>Some of a source's images; with their labels (<see cref="ILabeledImageSource"/>) if it has them.</summary>
    /// <param name="source">The images.</param>
    /// <param name="indices">Numbers of those to keep, in the order wanted; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the source.</exception>
    public static IImageSource Of(IImageSource source, IReadOnlyList<int> indices)
    {
        var images = new FilteredImageSource(source, indices);
        return source is ILabeledImageSource labeled
            ? new LabeledImageSource(images, [.. indices.Select(labeled.LabelOf)], labeled.ClassNames)
            : images;
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(_indices[index]);

    /// <inheritdoc/>
    public RgbImage Load(int index) => _source.Load(_indices[index]);

    /// <inheritdoc/>
    public void Load(int index, ImageBuffer buffer) => _source.Load(_indices[index], buffer);
}
