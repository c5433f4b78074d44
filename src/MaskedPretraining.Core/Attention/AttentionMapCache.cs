using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>
/// Attention maps in a file, found by what an image shows and only as long as the same thing made them. The file is mapped into memory, so that maps cost address space and no heap;
/// what is kept is an index of about 40 bytes an image and the maps not saved yet, at most <see cref="MaximumUnsaved"/>.
/// </summary>
/// <remarks>
/// <para>A cell takes two bytes (half precision), as in <see cref="AttentionMapTable"/>: a run from a cache is the run from the maps themselves, bit for bit. One byte would give 256 levels of a map's
/// range, too few for AMT, which draws by the logarithm of weights, and would not give part numbers back exactly.</para>
/// <para>Files are written anew and take their name when they are complete: whatever ends a process, the maps of the last <see cref="Save"/> are there. A file that was made by something else or
/// for another grid is stale, one with another length or header is damaged; both count as empty and are replaced. Single maps whose checksum is wrong are forgotten.</para>
/// <para>Not thread safe, but the maps that <see cref="Select"/> gives may be read on several threads once nothing is added any more.</para>
/// </remarks>
public sealed class AttentionMapCache : IDisposable
{
    /// <summary>Maps that are held in memory until they are saved.</summary>
    public const int MaximumUnsaved = 1 << 16;

    private readonly string _path;
    private readonly MapFileFormat _format;
    private readonly Dictionary<ImageKey, int> _saved = [];
    private readonly Dictionary<ImageKey, byte[]> _unsaved = [];
    private MapFile? _file;

    /// <summary>Opens a cache; the file is made by <see cref="Save"/>.</summary>
    /// <param name="path">The file, which need not exist; its folder must.</param>
    /// <param name="maker">What makes the maps, with everything that changes them: model, weights, settings. Any text.</param>
    /// <param name="grid">The grid of every map.</param>
    /// <exception cref="IOException">The file exists and cannot be read.</exception>
    public AttentionMapCache(string path, string maker, PatchGrid grid)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(maker);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Rows, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Columns, nameof(grid));
        (_path, _format) = (path, new MapFileFormat(maker, grid));
        Open();
    }

    /// <summary>The grid of every map.</summary>
    public PatchGrid Grid => _format.Grid;

    /// <summary>Maps that can be had.</summary>
    public int Count => _saved.Count + _unsaved.Count;

    /// <summary>Looks a map up.</summary>
    /// <param name="image">The image.</param>
    /// <param name="map">Filled with the map if there is one, <c>[Grid.Rows, Grid.Columns]</c>.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(ImageKey image, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, Grid.Count, nameof(map));
        if (_unsaved.TryGetValue(image, out byte[]? record))
        {
            MapFileFormat.Decode(record, map);
            return true;
        }

        if (_saved.TryGetValue(image, out int place))
        {
            _file!.CopyTo(place, map);
            return true;
        }

        return false;
    }

    /// <summary>Takes a map in, rounded to half precision; saves when enough have come together.</summary>
    /// <param name="image">The image; a map that it has is kept.</param>
    /// <param name="map"><c>[Grid.Rows, Grid.Columns]</c>.</param>
    /// <exception cref="IOException">The file cannot be written; the one before is unchanged.</exception>
    public void Add(ImageKey image, ReadOnlySpan<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, Grid.Count, nameof(map));
        if (_saved.ContainsKey(image) || _unsaved.ContainsKey(image))
        {
            return;
        }

        _unsaved.Add(image, _format.Encode(image, map));
        if (_unsaved.Count == MaximumUnsaved)
        {
            Save();
        }
    }

    /// <summary>Writes the maps added since the last time, atomically.</summary>
    /// <exception cref="IOException">The file cannot be written; the one before is unchanged.</exception>
    public void Save()
    {
        if (_unsaved.Count == 0)
        {
            return;
        }

        try
        {
            AtomicFile.Write(_path, Write);
            _unsaved.Clear();
        }
        finally
        {
            Open();
        }
    }

    /// <summary>The maps of images in their order, read from the file. Valid until the cache is disposed.</summary>
    /// <param name="images">The images; an image may come several times.</param>
    /// <exception cref="IOException">Maps not saved yet cannot be written.</exception>
    /// <exception cref="KeyNotFoundException">An image has no map.</exception>
    public IAttentionMaps Select(IReadOnlyList<ImageKey> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Save();
        return new SelectedMaps(_file ?? throw new KeyNotFoundException("The cache is empty."), [.. images.Select(image => _saved[image])]);
    }

    /// <summary>Closes the file. Maps not saved are lost.</summary>
    public void Dispose() => _file?.Dispose();

    private void Open()
    {
        _file?.Dispose();
        _saved.Clear();
        _file = MapFile.TryOpen(_path, _format);
        for (int place = 0; place < (_file?.Count ?? 0); place++)
        {
            if (_file!.TryReadKey(place) is { } key)
            {
                _saved[key] = place;
            }
        }
    }

    private void Write(Stream stream)
    {
        stream.Write(_format.Header);
        byte[] record = new byte[_format.RecordLength];
        foreach (int place in _saved.Values)
        {
            _file!.Read(place, record);
            stream.Write(record);
        }

        foreach (byte[] added in _unsaved.Values)
        {
            stream.Write(added);
        }

        // A mapped file cannot be replaced everywhere.
        _file?.Dispose();
    }
}
