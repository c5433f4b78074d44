using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.ML.Classification;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Comparison;

/// <summary>Hashes the current row's value of a column: pixels, vectors of numbers, labels.</summary>
internal sealed class ValueHash : IDisposable
{
    private readonly Action<IncrementalHash> _append;
    private MLImage? _image;

    /// <exception cref="ArgumentOutOfRangeException">The column is of no such type.</exception>
    public ValueHash(DataViewRow row, DataViewSchema.Column column) => _append = column.Type switch
    {
        ImageDataViewType => Image(row.GetGetter<MLImage>(column)),
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Single => Numbers(row.GetGetter<VBuffer<float>>(column)),
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Byte => Numbers(row.GetGetter<VBuffer<byte>>(column)),
        _ => Label(LabelText.Reader(row, column)),
    };

    public void AppendTo(IncrementalHash hash) => _append(hash);

    public void Dispose() => _image?.Dispose();

    private static Action<IncrementalHash> Label(Func<string?> reader) => hash => hash.AppendData(Encoding.UTF8.GetBytes($"{reader()}\0"));

    private static Action<IncrementalHash> Numbers<T>(ValueGetter<VBuffer<T>> getter)
        where T : struct
    {
        VBuffer<T> buffer = default;
        return hash =>
        {
            getter(ref buffer);
            T[] values = [.. buffer.DenseValues()];
            hash.AppendData(BitConverter.GetBytes(values.Length));
            hash.AppendData(MemoryMarshal.AsBytes<T>(values));
        };
    }

    private Action<IncrementalHash> Image(ValueGetter<MLImage> getter) => hash =>
    {
        // The getter disposes of the previous row's image.
        getter(ref _image!);
        if (_image is not null)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{_image.Width} {_image.Height} {_image.PixelFormat}"));
            hash.AppendData(_image.Pixels);
        }
    };
}
