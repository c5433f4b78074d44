using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A folder of a model file that one component reads.</summary>
internal sealed class ModelLoadContext
{
    public const string KeyName = "Model.key";
    public const uint Magic = 0x4C4D434D;

    private readonly ZipArchive _zip;
    private readonly string _folder;

    private ModelLoadContext(ZipArchive zip, string folder, BinaryReader reader)
    {
        _zip = zip;
        _folder = folder;
        Reader = reader;
    }

    public BinaryReader Reader { get; }

    public static T LoadModel<T>(ZipArchive zip, IHostEnvironment env, string folder)
        where T : class
    {
        byte[] header = ReadEntry(zip, $"{folder}/{KeyName}") ?? throw new FormatException($"Corrupt model file: there is no {folder}/{KeyName}");
        using var reader = new BinaryReader(new MemoryStream(header));
        if (reader.ReadUInt32() != Magic)
            throw new FormatException($"Corrupt model file: {folder}/{KeyName} is no model header");
        string loader = reader.ReadString();
        MethodInfo load = Type.GetType(loader)?.GetMethod("Load", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, [typeof(IHostEnvironment), typeof(ModelLoadContext)])
            ?? throw new FormatException($"Couldn't load model: '{loader}'");
        object loaded = load.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [env, new ModelLoadContext(zip, folder, reader)], null);
        return loaded as T ?? throw new FormatException($"Couldn't load model: '{loader}' is no {typeof(T).Name}");
    }

    public T LoadModel<T>(IHostEnvironment env, string name)
        where T : class
        => LoadModel<T>(_zip, env, $"{_folder}/{name}");

    public byte[] ReadStream(string name) => ReadEntry(_zip, $"{_folder}/{name}") ?? throw new FormatException($"Corrupt model file: there is no {_folder}/{name}");

    internal static byte[] ReadEntry(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.GetEntry(name);
        if (entry == null)
            return null;
        using Stream stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
