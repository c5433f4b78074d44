using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Comparison;

/// <summary>Hashes of contents: the same only for what computes the same.</summary>
internal static class Fingerprint
{
    /// <summary>The hash of what a transformer saves. Times and the order of files in the archive do not count.</summary>
    public static string OfModel(MLContext context, ITransformer transformer)
    {
        using var files = new ScratchDirectory(context);
        string path = files.File("model.zip");
        context.Model.Save(transformer, null, path);
        using var archive = ZipFile.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in archive.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(entry.FullName));
            using var contents = entry.Open();
            hash.AppendData(SHA256.HashData(contents));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of a data set's labels and pixels, in one pass over each view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public static string OfData(ComparedDataSet data, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var view in new[] { data.Train, data.Test })
        {
            Append(hash, view, data, cancellation);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, IDataView view, ComparedDataSet data, CancellationToken cancellation)
    {
        var image = view.Schema.GetColumnOrNull(data.ImageColumnName) ?? throw ColumnErrors.Missing(view.Schema, data.ImageColumnName);
        var label = view.Schema.GetColumnOrNull(data.LabelColumnName) ?? throw ColumnErrors.Missing(view.Schema, data.LabelColumnName);
        using var cursor = view.GetRowCursor([image, label]);
        var labels = LabelText.Reader(cursor, label);
        using var pixels = new PixelHash(cursor, image);
        long rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes($"{labels()}\0"));
            pixels.AppendTo(hash);
        }

        hash.AppendData(BitConverter.GetBytes(rows));
    }

    /// <summary>Hashes the current row's image.</summary>
    private sealed class PixelHash : IDisposable
    {
        private readonly Action<IncrementalHash> _append;
        private MLImage? _image;

        public PixelHash(DataViewRow row, DataViewSchema.Column column) => _append = column.Type switch
        {
            Microsoft.ML.Transforms.Image.ImageDataViewType => Image(row.GetGetter<MLImage>(column)),
            VectorDataViewType vector when vector.ItemType == NumberDataViewType.Single => Numbers(row.GetGetter<VBuffer<float>>(column)),
            VectorDataViewType vector when vector.ItemType == NumberDataViewType.Byte => Numbers(row.GetGetter<VBuffer<byte>>(column)),
            _ => throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but an image column or a vector of Single or Byte is needed."),
        };

        public void AppendTo(IncrementalHash hash) => _append(hash);

        public void Dispose() => _image?.Dispose();

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

        private static Action<IncrementalHash> Numbers<T>(ValueGetter<VBuffer<T>> getter)
            where T : struct
        {
            VBuffer<T> buffer = default;
            return hash =>
            {
                getter(ref buffer);
                T[] values = [.. buffer.DenseValues()];
                hash.AppendData(MemoryMarshal.AsBytes<T>(values));
            };
        }
    }
}
