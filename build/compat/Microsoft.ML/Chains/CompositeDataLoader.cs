using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class CompositeDataLoader<TSource, TLastTransformer> : IDataLoader<TSource>
    where TLastTransformer : class, ITransformer
{
    private readonly IDataLoader<TSource> _loader;

    public readonly TransformerChain<TLastTransformer> Transformer;

    public CompositeDataLoader(IDataLoader<TSource> loader, TransformerChain<TLastTransformer> transformerChain = null)
    {
        Checks.NotNull(loader, nameof(loader));
        _loader = loader;
        Transformer = transformerChain ?? new TransformerChain<TLastTransformer>();
    }

    public IDataView Load(TSource input) => Transformer.Transform(_loader.Load(input));

    public DataViewSchema GetOutputSchema() => Transformer.GetOutputSchema(_loader.GetOutputSchema());

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("Data loaders are not saved here");
}
