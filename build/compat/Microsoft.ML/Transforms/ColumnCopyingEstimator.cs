using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(new ColumnCopyingTransformer(env, (outputColumnName, inputColumnName)))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        (string output, string input) = Transformer.ColumnPairs[0];
        if (!inputSchema.TryFindColumn(input, out SchemaShape.Column column))
            throw Checks.MissingColumn(nameof(inputSchema), "input", input);
        return inputSchema.With(column.Renamed(output));
    }
}
