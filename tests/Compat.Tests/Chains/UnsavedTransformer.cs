using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Chains;

/// <summary>A transformer of outside that is no row mapper and writes nothing.</summary>
internal sealed class UnsavedTransformer : ITransformer
{
    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IDataView Transform(IDataView input) => input;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public void Save(ModelSaveContext ctx)
    {
    }
}
