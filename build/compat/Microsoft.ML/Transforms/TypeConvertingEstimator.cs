using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, DataKind outputKind)
        : base(new TypeConvertingTransformer(env, outputColumnName, inputColumnName ?? outputColumnName, outputKind))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        (string output, string input) = Transformer.ColumnPairs[0];
        if (!inputSchema.TryFindColumn(input, out SchemaShape.Column column))
            throw Checks.MissingColumn(nameof(inputSchema), "input", input);
        if (!TypeConvertingTransformer.CanConvert(column.ItemType))
            throw Checks.SchemaMismatch(nameof(inputSchema), "input", input, "number or Boolean", column.TypeText);
        var annotations = new SchemaShape(column.Annotations.Where(annotation => annotation.Name == AnnotationKinds.SlotNames));
        return inputSchema.With(new SchemaShape.Column(output, column.Kind, Transformer.OutputType, false, annotations));
    }
}
