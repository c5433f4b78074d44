using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML.Maps;

/// <summary>
/// The maps of one column for the images that are trained on, in a file. Where the column says what made its maps and there is a folder for them, maps that are in it from an earlier time are not asked
/// for again; otherwise each row's own is read.
/// </summary>
internal sealed class CollectedMaps : IDisposable
{
    private readonly MapColumn _column;
    private readonly float _minimum;
    private readonly AttentionMapCache _cache;
    private readonly bool _isKeyedByContent;
    private readonly List<ImageKey> _images = [];
    private readonly float[] _map;
    private MapReader? _reader;

    /// <param name="column">The column.</param>
    /// <param name="minimum">Lowest value that a map may have.</param>
    /// <param name="scratchFolder">Where a file can lie that is not kept.</param>
    /// <param name="cacheFolder">Where one can lie that is kept; null for nowhere.</param>
    /// <param name="prefix">Start of the file's name, where one column is read twice.</param>
    public CollectedMaps(MapColumn column, float minimum, string scratchFolder, string? cacheFolder, string prefix = "")
    {
        (_column, _minimum) = (column, minimum);
        _map = new float[column.Grid.Count];
        _isKeyedByContent = column.Maker is not null && cacheFolder is not null;
        string folder = _isKeyedByContent ? Directory.CreateDirectory(cacheFolder!).FullName : scratchFolder;
        _cache = new AttentionMapCache(Path.Combine(folder, prefix + FileName(column.Column.Name)), column.Maker ?? "", column.Grid);
    }

    public MapColumn Column => _column;

    /// <summary>Starts to read the rows of a cursor.</summary>
    public void Start(DataViewRow row) => _reader = new MapReader(row, _column, _minimum);

    /// <summary>Takes the map of the current row.</summary>
    /// <param name="names">Names the row in messages.</param>
    /// <param name="image">The row's image.</param>
    public void Add(RowNames names, RgbImage image)
    {
        // The same picture may have another map in another row, unless it is known where maps come from.
        var key = _isKeyedByContent ? ImageKey.Of(image) : new ImageKey((UInt128)_images.Count);
        if (!_cache.TryGet(key, _map))
        {
            _reader!.Read(names, image, _map);
            _cache.Add(key, _map);
        }

        _images.Add(key);
    }

    /// <summary>The maps in the order of the images. Valid until disposal.</summary>
    public IAttentionMaps Finish() => _cache.Select(_images);

    public void Dispose() => _cache.Dispose();

    private static string FileName(string column) => $"{string.Concat(column.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'))}.maps";
}
