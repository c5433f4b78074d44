using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.ML.Data;
using Microsoft.ML;

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

    /// <summary>The hash of some columns of a data set, in one pass over each view. A column that a view lacks is left to the protocol: some need labels, others masks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is of no type that an image, a label or a mask has.</exception>
    public static string OfData(ComparedDataSet data, string[] columns, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var view in new[] { data.Train, data.Test })
        {
            Append(hash, view, [.. columns.Select(name => view.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>()], cancellation);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, IDataView view, DataViewSchema.Column[] columns, CancellationToken cancellation)
    {
        using var cursor = view.GetRowCursor(columns);
        var readers = Array.ConvertAll(columns, column => new ValueHash(cursor, column));
        try
        {
            long rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                cancellation.ThrowIfCancellationRequested();
                Array.ForEach(readers, reader => reader.AppendTo(hash));
            }

            hash.AppendData(BitConverter.GetBytes(rows));
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }
}
