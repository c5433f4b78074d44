using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(new KeyToValueMappingTransformer(env, (outputColumnName, inputColumnName ?? outputColumnName)))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        (string output, string input) = Transformer.ColumnPairs[0];
        if (!inputSchema.TryFindColumn(input, out SchemaShape.Column column))
            throw Checks.MissingColumn(nameof(inputSchema), "input", input);
        if (!column.IsKey)
            throw Checks.SchemaMismatch(nameof(inputSchema), "input", input, "KeyType", column.TypeText);
        if (!column.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values))
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Input column '{input}' doesn't contain key values metadata");
        var annotations = new SchemaShape(column.Annotations.Where(annotation => annotation.Name == AnnotationKinds.SlotNames));
        return inputSchema.With(new SchemaShape.Column(output, column.Kind, values.ItemType, values.IsKey, annotations));
    }
}
