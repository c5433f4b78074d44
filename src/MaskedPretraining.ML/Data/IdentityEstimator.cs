using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>Changes no column. It exists so that ML.NET describes a schema to us, see <see cref="SchemaShapes"/>; it is never fitted.</summary>
internal sealed class IdentityEstimator : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input) => throw new NotSupportedException("The identity estimator describes schemas and cannot be fitted.");

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
