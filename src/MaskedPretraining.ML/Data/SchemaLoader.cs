using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>A loader that knows a schema and has no data, see <see cref="SchemaShapes"/>.</summary>
/// <param name="schema">The schema.</param>
internal sealed class SchemaLoader(DataViewSchema schema) : IDataLoader<object>
{
    public DataViewSchema GetOutputSchema() => schema;

    public IDataView Load(object input) => new EmptyDataView(schema);

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException("A loader that only describes a schema cannot be saved.");
}
