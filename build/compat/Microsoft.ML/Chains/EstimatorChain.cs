using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly (IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter)[] _steps;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain()
        : this([])
    {
    }

    private EstimatorChain((IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter)[] steps)
    {
        _steps = steps;
        LastEstimator = steps.Length == 0 ? null : steps[^1].Estimator as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        // A chain that does not fit together is refused before anything is trained.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        IDataView current = input;
        var transformers = new ITransformer[_steps.Length];
        for (int i = 0; i < _steps.Length; i++)
        {
            transformers[i] = _steps[i].Estimator.Fit(current);
            current = transformers[i].Transform(current);
            if (_steps[i].CacheAfter && i + 1 < _steps.Length)
                current = new CacheDataView(current);
        }
        return new TransformerChain<TLastTransformer>(transformers, _steps.Select(step => step.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape shape = inputSchema;
        foreach ((IEstimator<ITransformer> estimator, _, _) in _steps)
            shape = estimator.GetOutputSchema(shape);
        return shape;
    }

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        Checks.NotNull(estimator, nameof(estimator));
        return new EstimatorChain<TNewTrans>([.. _steps, (estimator, scope, false)]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Checks.NotNull(env, nameof(env));
        Checks.State(_steps.Length > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
        (IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter)[] steps = [.. _steps];
        steps[^1].CacheAfter = true;
        return new EstimatorChain<TLastTransformer>(steps);
    }
}
