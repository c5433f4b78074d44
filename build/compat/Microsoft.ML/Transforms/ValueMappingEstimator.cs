using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(IHostEnvironment env, string outputColumnName, IDataView lookupMap, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn,
        string inputColumnName)
        : base(new ValueMappingTransformer(env, outputColumnName, inputColumnName ?? outputColumnName, lookupMap, keyColumn, valueColumn))
    {
    }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        (string output, string input) = Transformer.ColumnPairs[0];
        if (!inputSchema.TryFindColumn(input, out SchemaShape.Column column))
            throw Checks.MissingColumn(nameof(inputSchema), "input", input);
        SchemaShape.Column value = SchemaShape.Column.Of(output, Transformer.ValueType, SchemaShape.Create(Transformer.ValueAnnotations.Schema));
        return inputSchema.With(value.Kind == SchemaShape.Column.VectorKind.Scalar
            ? new SchemaShape.Column(output, column.Kind, value.ItemType, value.IsKey, value.Annotations)
            : value);
    }
}
