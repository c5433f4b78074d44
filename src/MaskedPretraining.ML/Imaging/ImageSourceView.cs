using MaskedPretraining.Core.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Imaging;

/// <summary>
/// Images as a data view: <c>ImagePath</c> (text), <c>Label</c> (text, only if the source knows classes), <c>Image</c>, <c>Mask</c> (an image, only if there are masks). Images are read when a row's getter asks, so memory does not grow
/// with their number. Unreadable ones are found by one scan on first use, reported by name and left out.
/// </summary>
internal sealed class ImageSourceView : IDataView
{
    public const string PathColumn = "ImagePath";
    public const string LabelColumn = "Label";
    public const string ImageColumn = "Image";
    public const string MaskColumn = "Mask";

    private readonly Lazy<ReadableSource> _readable;
    private readonly IImageSource? _complete;
    private readonly IImageSource? _masks;
    private readonly IImageSource _original;
    private readonly string _name;

    /// <param name="environment">Where unreadable images are reported.</param>
    /// <param name="source">The images, unreadable ones among them or not.</param>
    /// <param name="name">What to call the source in messages.</param>
    /// <param name="isComplete">Whether every image is known to be readable, so that no scan is needed.</param>
    /// <param name="masks">The masks of the images' objects in the same order; null if there are none.</param>
    /// <param name="original">What the images were decoded from, if they come from a cache; null if not.</param>
    public ImageSourceView(IHostEnvironment environment, IImageSource source, string name, bool isComplete = false, IImageSource? masks = null, IImageSource? original = null)
    {
        (_complete, _masks, _original, _name) = (isComplete ? source : null, masks, original ?? source, name);
        _readable = new Lazy<ReadableSource>(() => new ReadableSource(environment, source, name, masks));
        HasLabels = source is ILabeledImageSource { ClassNames.Count: > 0 };
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(PathColumn, TextDataViewType.Instance);
        if (HasLabels)
        {
            builder.AddColumn(LabelColumn, TextDataViewType.Instance);
        }

        builder.AddColumn(ImageColumn, new ImageDataViewType());
        if (masks is not null)
        {
            builder.AddColumn(MaskColumn, new ImageDataViewType());
        }

        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    /// <summary>The images that can be read. The first call scans.</summary>
    public IImageSource Source => _complete ?? _readable.Value.Images;

    /// <summary>Masks of these images; null if there are none.</summary>
    public IImageSource? Masks => _complete is not null || _masks is null ? _masks : _readable.Value.Masks;

    private bool HasLabels { get; }

    /// <summary>Number of rows; unknown until the first use has scanned the images.</summary>
    public long? GetRowCount() => _complete is not null || _readable.IsValueCreated ? Source.Count : null;

    /// <summary>The images that can be read and whose sides are long enough.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public IImageSource AtLeast(int side) => _complete ?? _readable.Value.AtLeast(side);

    /// <summary>The same view with its images in a cache. One that has a cache already begins again at the originals: a cache knows images by their files, whatever size they come in.</summary>
    /// <param name="environment">Where the cache and unreadable images are reported.</param>
    /// <param name="open">Opens the cache of a source.</param>
    public ImageSourceView Cached(IHostEnvironment environment, Func<IImageSource, ImageCache> open)
    {
        var cache = open(_original);
        using var channel = environment.Start(_name);
        channel.Info(MessageSensitivity.UserData, "{0}", cache.Description);
        IImageSource images = _original is ILabeledImageSource labeled
            ? new LabeledImageSource(cache, [.. Enumerable.Range(0, cache.Count).Select(labeled.LabelOf)], labeled.ClassNames)
            : cache;
        return new ImageSourceView(environment, images, _name, _complete is not null, _masks, _original);
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new ImageSourceCursor(Schema, Source, Masks, columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
