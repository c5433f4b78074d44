namespace MaskedPretraining.Core.Imaging;

/// <summary>Finds out which images of a source can be used, before a long run stumbles over one that cannot.</summary>
public sealed class ReadableImages
{
    private ReadableImages(IReadOnlyList<int> indices, IReadOnlyList<ImageFailure> failures) => (Indices, Failures) = (indices, failures);

    /// <summary>Numbers of the images that can be used, ascending; at least one.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>The others and what is wrong with each, by number.</summary>
    public IReadOnlyList<ImageFailure> Failures { get; }

    /// <summary>Loads each image once.</summary>
    /// <param name="source">The images.</param>
    /// <param name="minimumSide">Smallest height and width allowed, for example the patch side; at least 1.</param>
    /// <param name="threads">Threads to use; at least 1.</param>
    /// <param name="progress">Told the number of images looked at so far, about a hundred times; may be null.</param>
    /// <param name="cancellationToken">Ends the scan with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidDataException">The source is empty, or none of its images can be used.</exception>
    public static ReadableImages Scan(IImageSource source, int minimumSide, int threads, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumSide);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (source.Count == 0)
        {
            throw new InvalidDataException("There are no images: the image source is empty.");
        }

        var failures = new List<ImageFailure>();
        int done = 0;
        int step = Math.Max(source.Count / 100, 1);
        Parallel.For(0, source.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, () => new ImageBuffer(), (index, _, buffer) =>
        {
            if (Check(source, index, minimumSide, buffer) is { } failure)
            {
                lock (failures)
                {
                    failures.Add(failure);
                }
            }

            int count = Interlocked.Increment(ref done);
            if (count % step == 0 || count == source.Count)
            {
                progress?.Report(count);
            }

            return buffer;
        }, buffer => buffer.Release());
        failures.Sort((left, right) => left.Index.CompareTo(right.Index));
        if (failures.Count == source.Count)
        {
            throw new InvalidDataException($"None of the {source.Count} images can be used. The first: {failures[0].Reason}");
        }

        var failed = failures.Select(failure => failure.Index).ToHashSet();
        return new ReadableImages([.. Enumerable.Range(0, source.Count).Where(index => !failed.Contains(index))], failures);
    }

    private static ImageFailure? Check(IImageSource source, int index, int minimumSide, ImageBuffer image)
    {
        try
        {
            source.Load(index, image);
            return image.Width >= minimumSide && image.Height >= minimumSide
                ? null
                : new ImageFailure(index, source.NameOf(index), $"{source.NameOf(index)} has only {image.Width}x{image.Height} pixels; at least {minimumSide}x{minimumSide} are needed.");
        }
        catch (ImageFormatException exception)
        {
            return new ImageFailure(index, source.NameOf(index), exception.Message);
        }
    }
}
