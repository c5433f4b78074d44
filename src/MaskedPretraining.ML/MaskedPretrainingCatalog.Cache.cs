using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>The same images, decoded once into files that are mapped into memory: for training that goes over them many times, in this run and in later ones. See <see cref="ImageCache"/>.</summary>
    /// <remarks>
    /// Decodes at once what the folder lacks, with all cores, and says in one line of <c>MLContext.Log</c> what was there and what was made. Columns, labels and names stay; images larger than
    /// <see cref="ImageCacheOptions.ShorterSide"/> are reduced, so boxes in pixels and masks of the images' own size need a shorter side of null.
    /// </remarks>
    /// <param name="images">A view that this catalogue opened, such as <see cref="ImageFolder"/> or <see cref="Images(IImageSource)"/>, before other steps are appended.</param>
    /// <param name="folder">Where the files lie. Several data sets and sizes can share one; it can be deleted at any time when nobody uses it.</param>
    /// <param name="options">Shorter side and threads; null for the defaults.</param>
    /// <param name="progress">Told the number of images that are there so far, about a hundred times; null for nobody.</param>
    /// <param name="cancellationToken">Ends the decoding with <see cref="OperationCanceledException"/>; what is whole stays for the next time.</param>
    /// <exception cref="ArgumentException">The view is of another kind, or its images are no files and <see cref="ImageCacheOptions.SourceVersion"/> is not set, or the options lie outside their ranges.</exception>
    /// <exception cref="IOException">The folder cannot be written, the disk is full, or an image's file cannot be read for a reason that may pass (permissions, a disk that is away).</exception>
    public IDataView CacheImages(IDataView images, string folder, ImageCacheOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images is ImageSourceView view
            ? view.Cached(_context, source => ImageCache.Open(source, folder, options, progress, cancellationToken))
            : throw new ArgumentException($"Only a view of images that {nameof(MLContext)}.MaskedPretraining opened can be cached, {nameof(ImageFolder)} for example. Cache it first and append the other steps to the result.", nameof(images));
    }
}
