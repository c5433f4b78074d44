using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Divides the images of a source into parts, each with a key made of the layout, the shorter side, and name, length and time of every file in it. Whoever has a file of that name has these images
/// in this form, whoever wrote it and when. Where parts end depends on the images' names, so that an image that comes or goes changes its own part and not all that follow.
/// </summary>
internal static class CacheParts
{
    private const int MinimumCount = 256;
    private const int MeanCount = 1024;
    private const int MaximumCount = 4096;
    private const int KeyLength = 16;

    private static (long Length, long Time) NoFile => (-1, 0);

    /// <summary>The parts, in order.</summary>
    /// <param name="source">The images.</param>
    /// <param name="options">How they are kept; threads that ask for files, since a network may take long to answer.</param>
    /// <param name="cancellationToken">Ends the look at the files.</param>
    /// <exception cref="ArgumentException">The images are no files, and nothing says which they are.</exception>
    public static List<CachePart> Of(IImageSource source, ImageCacheOptions options, CancellationToken cancellationToken)
    {
        var parts = new List<CachePart>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ThreadsToUse, CancellationToken = cancellationToken };
        var states = new (long Length, long Time)[MaximumCount];
        bool isKnown = options.SourceVersion is not null;
        using var key = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int first = 0;
        for (int start = 0; start < source.Count; start += states.Length)
        {
            int end = Math.Min(start + states.Length, source.Count);
            Parallel.For(start, end, parallel, index => states[index - start] = StateOf(source.NameOf(index)));
            for (int index = start; index < end; index++)
            {
                if (index == first)
                {
                    Begin(key, options);
                }

                byte[] name = Encoding.UTF8.GetBytes(source.NameOf(index));
                isKnown |= states[index - start] != NoFile;
                Add(key, name, states[index - start]);
                int count = index + 1 - first;
                if (index == source.Count - 1 || count == MaximumCount || (count >= MinimumCount && EndsPart(name)))
                {
                    parts.Add(new CachePart(first, count, Convert.ToHexStringLower(key.GetHashAndReset().AsSpan(0, KeyLength))));
                    first = index + 1;
                }
            }
        }

        return isKnown
            ? parts
            : throw new ArgumentException(
                $"The images' names are no files (the first is '{source.NameOf(0)}'), so that nobody could tell when they change. Set {nameof(ImageCacheOptions)}.{nameof(ImageCacheOptions.SourceVersion)} to a text that changes with them.", nameof(source));
    }

    private static (long Length, long Time) StateOf(string name)
    {
        FileSystemInfo? file = name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) ? null : new FileInfo(name);
        if (file is { Exists: true } && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            file = TargetOf(file);
        }

        return file is FileInfo { Exists: true } image ? (image.Length, image.LastWriteTimeUtc.Ticks) : NoFile;
    }

    // A link's own length and time say nothing about the image.
    private static FileSystemInfo? TargetOf(FileSystemInfo file)
    {
        try
        {
            // Files that a cloud keeps are marked like links and have no target.
            return file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        }
        catch (IOException)
        {
            // Links in a circle.
            return null;
        }
    }

    private static void Begin(IncrementalHash key, ImageCacheOptions options) =>
        key.AppendData(Encoding.UTF8.GetBytes($"{ImageStoreFormat.Version}|{options.ShorterSide}|{options.SourceVersion?.Length}|{options.SourceVersion}|"));

    private static void Add(IncrementalHash key, byte[] name, (long Length, long Time) state)
    {
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, name.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[4..], state.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[12..], state.Time);
        key.AppendData(numbers);
        key.AppendData(name);
    }

    private static bool EndsPart(byte[] name) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(name)) % (MeanCount - MinimumCount) == 0;
}
