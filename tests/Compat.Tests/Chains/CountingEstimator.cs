using Microsoft.ML;

namespace Compat.Tests.Chains;

/// <summary>Adds nothing and counts its fits.</summary>
internal sealed class CountingEstimator : IEstimator<ITransformer>
{
    public int Fits { get; private set; }

    public ITransformer Fit(IDataView input)
    {
        Fits++;
        return new UnsavedTransformer();
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}
