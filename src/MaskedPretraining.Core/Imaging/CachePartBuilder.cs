using System.Runtime.ExceptionServices;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Decodes the images of a part with several threads and writes them to its file.</summary>
/// <param name="source">The images.</param>
/// <param name="folder">Where files go.</param>
/// <param name="options">How images are kept; threads.</param>
/// <param name="done">Called after each image.</param>
/// <param name="cancellationToken">Ends the work; the file is not made then.</param>
internal sealed class CachePartBuilder(IImageSource source, CacheFolder folder, ImageCacheOptions options, Action done, CancellationToken cancellationToken)
{
    /// <exception cref="IOException">The file cannot be written, or an image's file could not be read for a reason that may pass.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Build(CachePart part)
    {
        using var output = new ImageStoreOutput(folder.FileOf(part), folder.PartialOf(part), "What the image cache held before is unchanged, and what was added is kept.");
        var entries = new ImageStoreEntry[part.Count];
        try
        {
            Parallel.For(
                0,
                part.Count,
                new ParallelOptions { MaxDegreeOfParallelism = options.ThreadsToUse, CancellationToken = cancellationToken },
                () => (Image: new ImageBuffer(), Reduction: new ShorterSide(options.ShorterSide ?? int.MaxValue)),
                (number, _, worker) =>
                {
                    entries[number] = Append(output, part.First + number, worker.Image, worker.Reduction);
                    done();
                    return worker;
                },
                worker => worker.Image.Release());
        }
        catch (AggregateException exception)
        {
            // Threads that share a full disk all say so; one is enough.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        try
        {
            output.Finish(entries);
        }
        catch (IOException) when (folder.Has(part))
        {
            // Another process was faster and uses its file, which some systems do not let us replace. It holds the same.
        }
    }

    private ImageStoreEntry Append(ImageStoreOutput output, int index, ImageBuffer image, ShorterSide reduction)
    {
        try
        {
            source.Load(index, image);
        }
        catch (ImageFormatException exception) when (exception.MayPass)
        {
            // Remembered, it would count as unreadable ever after, since its length and time stay.
            throw new IOException($"{exception.Message} See that it can be read, or leave it out, and open the cache again; files that are whole stay.", exception);
        }
        catch (ImageFormatException exception)
        {
            return output.AppendFailure(exception.Reason);
        }

        return output.Append(reduction.Reduce(image.View()));
    }
}
