using System.IO.MemoryMappedFiles;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>A complete file of maps, mapped into memory for reading. Thread safe.</summary>
internal sealed class MapFile : IDisposable
{
    private const int MaximumStackLength = 4096;

    private readonly MapFileFormat _format;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MapFile(MapFileFormat format, MemoryMappedFile file, MemoryMappedViewAccessor view, int count) => (_format, _file, _view, Count) = (format, file, view, count);

    /// <summary>Maps in the file.</summary>
    public int Count { get; }

    /// <summary>The grid of every map.</summary>
    public PatchGrid Grid => _format.Grid;

    /// <summary>Opens a file.</summary>
    /// <returns>Null if there is none, or one of another format, or one that was cut short.</returns>
    public static MapFile? TryOpen(string path, MapFileFormat format)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        byte[] header = new byte[format.Header.Length];
        bool isOurs = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header.AsSpan().SequenceEqual(format.Header);
        var (count, rest) = Math.DivRem(stream.Length - header.Length, format.RecordLength);
        if (!isOurs || rest != 0 || count is < 1 or > int.MaxValue)
        {
            return null;
        }

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new MapFile(format, file, file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read), (int)count);
    }

    /// <summary>The image of a record; null if the record is damaged.</summary>
    public ImageKey? TryReadKey(int place)
    {
        Span<byte> record = _format.RecordLength <= MaximumStackLength ? stackalloc byte[_format.RecordLength] : new byte[_format.RecordLength];
        Read(place, record);
        return MapFileFormat.KeyOf(record);
    }

    /// <summary>Reads the map of a record.</summary>
    public void CopyTo(int place, Span<float> map)
    {
        Span<byte> record = _format.RecordLength <= MaximumStackLength ? stackalloc byte[_format.RecordLength] : new byte[_format.RecordLength];
        Read(place, record);
        MapFileFormat.Decode(record, map);
    }

    /// <summary>Reads a whole record.</summary>
    public void Read(int place, Span<byte> record) =>
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)_format.Header.Length + ((ulong)place * (ulong)record.Length), record);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
