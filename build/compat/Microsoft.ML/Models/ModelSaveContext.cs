using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A folder of a model file that one component writes to: its header and values in Model.key, streams and members beside it.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly string _folder;
    private readonly MemoryStream _values = new();
    private string _loader;

    private ModelSaveContext(ZipArchive zip, string folder)
    {
        _zip = zip;
        _folder = folder;
        Writer = new BinaryWriter(_values);
    }

    internal BinaryWriter Writer { get; }

    public void Dispose() => Writer.Dispose();

    internal static void SaveModel(ZipArchive zip, ICanSaveModel model, string folder)
    {
        using var context = new ModelSaveContext(zip, folder);
        model.Save(context);
        context.Complete();
    }

    /// <summary>The type whose static Load(IHostEnvironment, ModelLoadContext) reads the folder.</summary>
    internal void SetLoader(Type loader) => _loader = $"{loader.FullName}, {loader.Assembly.GetName().Name}";

    internal void SaveModel(ICanSaveModel model, string name) => SaveModel(_zip, model, $"{_folder}/{name}");

    internal void SaveBinaryStream(string name, Action<BinaryWriter> write)
    {
        using var writer = new BinaryWriter(_zip.CreateEntry($"{_folder}/{name}").Open());
        write(writer);
    }

    private void Complete()
    {
        Checks.State(_loader != null, "ModelSignature not specified!");
        SaveBinaryStream(ModelLoadContext.KeyName, writer =>
        {
            writer.Write(ModelLoadContext.Magic);
            writer.Write(_loader);
            Writer.Flush();
            writer.Write(_values.GetBuffer(), 0, (int)_values.Length);
        });
    }
}
