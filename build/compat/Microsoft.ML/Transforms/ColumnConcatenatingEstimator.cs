using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly ColumnConcatenatingTransformer _transformer;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        => _transformer = new ColumnConcatenatingTransformer(env, outputColumnName, inputColumnNames);

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        DataViewType item = null;
        bool variable = false, named = true;
        foreach (string name in _transformer.InputColumnNames)
        {
            if (!inputSchema.TryFindColumn(name, out SchemaShape.Column column))
                throw Checks.MissingColumn(nameof(inputSchema), "input", name);
            item ??= column.ItemType;
            if (column.IsKey || !item.Equals(column.ItemType))
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", name, item.ToString(), column.TypeText);
            variable |= column.Kind == SchemaShape.Column.VectorKind.VariableVector;
            named &= column.Kind == SchemaShape.Column.VectorKind.Scalar || column.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out _);
        }
        SchemaShape annotations = named && !variable
            ? new SchemaShape([new SchemaShape.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false)])
            : null;
        return inputSchema.With(new SchemaShape.Column(_transformer.OutputColumnName,
            variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector, item, false, annotations));
    }
}
