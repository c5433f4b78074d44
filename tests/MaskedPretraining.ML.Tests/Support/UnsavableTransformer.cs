using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

/// <summary>A model for which there is no room on the disk.</summary>
internal sealed class UnsavableTransformer : ITransformer
{
    private const int UnixNoSpace = 28;

    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public IDataView Transform(IDataView input) => input;

    public void Save(ModelSaveContext ctx) => throw new IOException("No space left on device", UnixNoSpace);
}
