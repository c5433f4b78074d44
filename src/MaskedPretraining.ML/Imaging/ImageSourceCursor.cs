using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Imaging;

/// <summary>Walks over the images of a source in its order or, given a generator, in a random one.</summary>
internal sealed class ImageSourceCursor : DataViewRowCursor
{
    private readonly IImageSource _source;
    private readonly IImageSource? _masks;
    private readonly HashSet<int> _active;
    private readonly int[]? _order;
    private long _position = -1;
    private bool _ended;
    private readonly ImageBuffer _image = new();
    private readonly ImageBuffer _mask = new();
    private int _imageIndex = -1;

    public ImageSourceCursor(DataViewSchema schema, IImageSource source, IImageSource? masks, IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand)
    {
        Schema = schema;
        (_source, _masks) = (source, masks);
        _active = [.. columnsNeeded.Select(column => column.Index)];
        if (rand is not null)
        {
            _order = [.. Enumerable.Range(0, source.Count)];
            rand.Shuffle(_order);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    private int Index => _order is null ? (int)_position : _order[_position];

    public override bool MoveNext()
    {
        if (_ended || _position + 1 >= _source.Count)
        {
            (_ended, _position) = (true, -1);
            return false;
        }

        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Index, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw Getters.NotActive(column);
        }

        Delegate getter = column.Name switch
        {
            ImageSourceView.PathColumn => (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = _source.NameOf(Index).AsMemory()),
            ImageSourceView.LabelColumn => (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = ClassOf((ILabeledImageSource)_source).AsMemory()),
            ImageSourceView.MaskColumn => (ValueGetter<MLImage>)ReadMask,
            _ => (ValueGetter<MLImage>)ReadImage,
        };
        return Getters.As<TValue>(getter, column);
    }

    protected override void Dispose(bool disposing)
    {
        _image.Release();
        _mask.Release();
        _imageIndex = -1;
        base.Dispose(disposing);
    }

    private string ClassOf(ILabeledImageSource source) => source.ClassNames[source.LabelOf(Index)];

    private void ReadImage(ref MLImage value)
    {
        value?.Dispose();
        // Two consumers of a row decode its file once.
        if (_imageIndex != Index)
        {
            _imageIndex = -1;
            _source.Load(Index, _image);
            _imageIndex = Index;
        }

        value = MLImageConversion.FromRgb(_image, _source.NameOf(Index));
    }

    private void ReadMask(ref MLImage value)
    {
        value?.Dispose();
        _masks!.Load(Index, _mask);
        value = MLImageConversion.FromRgb(_mask, _masks.NameOf(Index));
    }
}
