using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Chains;

/// <summary>A transformer of outside that works and saves itself as another.</summary>
internal sealed class LoweredTransformer(ITransformer inner) : ITransformer
{
    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => inner.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

    public void Save(ModelSaveContext ctx) => inner.Save(ctx);
}
