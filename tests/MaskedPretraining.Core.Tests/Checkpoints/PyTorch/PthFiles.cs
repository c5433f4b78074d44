using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>Small files of torch.save.</summary>
internal static class PthFiles
{
    public static readonly byte[] Counting = MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5]).ToArray();

    /// <summary>A dictionary with one tensor <c>w [2, 3]</c> of 0 to 5.</summary>
    public static PickleBytes OneTensor() => new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, 0, [2, 3], [3, 1]).Op('s').Op('.');

    /// <summary>A zip archive: data.pkl, the storages "0", "1", ..., and further parts.</summary>
    public static byte[] Zip(PickleBytes contents, byte[][] storages, (string Name, byte[] Bytes)[]? more = null, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            (string Name, byte[] Bytes)[] parts = [("data.pkl", contents.ToArray()), .. storages.Select((bytes, i) => ($"data/{i}", bytes)), .. more ?? []];
            foreach (var (name, bytes) in parts)
            {
                using var part = zip.CreateEntry("model/" + name, compression).Open();
                part.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The older stream: the storages "0", "1", ... behind the pickles.</summary>
    public static byte[] Stream(PickleBytes contents, int elementSize, byte[][] storages, bool isLittleEndian = true)
    {
        using var stream = new MemoryStream();
        stream.Write(new PickleBytes().Raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Op('.').ToArray());
        stream.Write(new PickleBytes().Integer(1001).Op('.').ToArray());
        stream.Write(new PickleBytes().Op('}').Text("little_endian").Raw(isLittleEndian ? (byte)0x88 : (byte)0x89).Op('s').Op('.').ToArray());
        stream.Write(contents.ToArray());
        var keys = new PickleBytes().Op(']').Op('(');
        for (int i = 0; i < storages.Length; i++)
        {
            keys.Text($"{i}");
        }

        stream.Write(keys.Op('e').Op('.').ToArray());
        var count = new byte[8];
        foreach (byte[] storage in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(count, storage.Length / elementSize);
            stream.Write(count);
            stream.Write(storage);
        }

        return stream.ToArray();
    }
}
