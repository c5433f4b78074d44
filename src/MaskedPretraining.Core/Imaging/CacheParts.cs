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

    /// <summary>The parts, in order.</summary>
    /// <param name="source">The images.</param>
    /// <param name="options">How they are kept.</param>
    /// <param name="cancellationToken">Ends the look at the files.</param>
    /// <exception cref="ArgumentException">The images are no files, and nothing says which they are.</exception>
    public static List<CachePart> Of(IImageSource source, ImageCacheOptions options, CancellationToken cancellationToken)
    {
        var parts = new List<CachePart>();
        bool anyFile = options.SourceVersion is not null;
        using var key = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int index = 0, first = 0; index < source.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (index == first)
            {
                Begin(key, options);
            }

            string path = source.NameOf(index);
            byte[] name = Encoding.UTF8.GetBytes(path);
            var file = File.Exists(path) ? new FileInfo(path) : null;
            anyFile |= file is not null;
            Add(key, name, file);
            int count = index + 1 - first;
            if (index == source.Count - 1 || count == MaximumCount || (count >= MinimumCount && EndsPart(name)))
            {
                parts.Add(new CachePart(first, count, Convert.ToHexStringLower(key.GetHashAndReset().AsSpan(0, KeyLength))));
                first = index + 1;
            }
        }

        return anyFile
            ? parts
            : throw new ArgumentException(
                $"The images' names are no files (the first is '{source.NameOf(0)}'), so that nobody could tell when they change. Set {nameof(ImageCacheOptions)}.{nameof(ImageCacheOptions.SourceVersion)} to a text that changes with them.", nameof(source));
    }

    private static void Begin(IncrementalHash key, ImageCacheOptions options) =>
        key.AppendData(Encoding.UTF8.GetBytes($"{ImageStoreFormat.Version}|{options.ShorterSide}|{options.SourceVersion?.Length}|{options.SourceVersion}|"));

    private static void Add(IncrementalHash key, byte[] name, FileInfo? file)
    {
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, name.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[4..], file?.Length ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[12..], file?.LastWriteTimeUtc.Ticks ?? 0);
        key.AppendData(numbers);
        key.AppendData(name);
    }

    private static bool EndsPart(byte[] name) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(name)) % (MeanCount - MinimumCount) == 0;
}
