using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>The session is made with the estimator; every fit gives the same transformer.</summary>
public sealed class OnnxScoringEstimator : TrivialEstimator<OnnxTransformer>
{
    internal OnnxScoringEstimator(OnnxTransformer transformer)
        : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in Transformer.Inputs)
        {
            if (!inputSchema.TryFindColumn(name, out SchemaShape.Column column))
                throw Checks.MissingColumn(nameof(inputSchema), "input", name);
            DataViewType wanted = Transformer.Model.Input(name).Type.ItemType();
            if (!wanted.Equals(column.ItemType))
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", name, wanted.ToString(), column.ItemType.ToString());
        }
        return inputSchema.With(Transformer.OutputColumns().Select(column => SchemaShape.Column.Of(column.Name, column.Type, SchemaShape.Create(column.Annotations.Schema))));
    }
}
