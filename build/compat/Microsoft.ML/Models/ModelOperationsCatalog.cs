using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog
{
    private const string ChainFolder = "TransformerChain";
    private const string SchemaEntry = "Schema";

    internal ModelOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        Checks.NotNull(model, nameof(model));
        Checks.NotNull(stream, nameof(stream));
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        ModelSaveContext.SaveModel(zip, model, ChainFolder);
        if (inputSchema != null)
        {
            using var writer = new BinaryWriter(zip.CreateEntry(SchemaEntry).Open());
            SchemaCodec.Write(writer, inputSchema);
        }
        using var version = new StreamWriter(zip.CreateEntry("TrainingInfo/Version.txt").Open());
        version.Write("compat");
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        Checks.NonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        Checks.NotNull(stream, nameof(stream));
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        byte[] schema = ModelLoadContext.ReadEntry(zip, SchemaEntry);
        inputSchema = schema == null ? null : SchemaCodec.Read(new BinaryReader(new MemoryStream(schema)));
        return ModelLoadContext.LoadModel<ITransformer>(zip, Environment, ChainFolder);
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Checks.NonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, new PredictionEngineOptions { IgnoreMissingColumns = false, InputSchemaDefinition = SchemaDefinition.Of(typeof(TSrc), inputSchema) });

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, options);
}
