using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Lowering;

/// <summary>A chain of in-box transformers that do what one of ours does; saved in its place, so that loading needs no assembly of this library.</summary>
internal sealed class InBoxChain : IDisposable
{
    /// <summary>Start of the names of columns that exist only inside of a chain.</summary>
    public const string TemporaryPrefix = "mpml_";

    private readonly List<ITransformer> _steps = [];

    /// <param name="name">The column that the chain begins with.</param>
    /// <param name="type">Its type.</param>
    public InBoxChain(string name, DataViewType type)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(name, type);
        Schema = schema.ToSchema();
    }

    /// <summary>The schema after the steps so far.</summary>
    public DataViewSchema Schema { get; private set; }

    /// <summary>Appends a step without state of its own.</summary>
    public InBoxChain Append(IEstimator<ITransformer> step) => Append(step.Fit(new EmptyDataView(Schema)));

    /// <summary>Appends a step that is made for the schema so far.</summary>
    public InBoxChain Append(Func<DataViewSchema, ITransformer> make) => Append(make(Schema));

    /// <summary>Appends a fitted step.</summary>
    public InBoxChain Append(ITransformer step)
    {
        _steps.Add(step);
        Schema = step.GetOutputSchema(Schema);
        return this;
    }

    /// <summary>Appends a step that drops the columns that exist only inside of the chain.</summary>
    public InBoxChain DropTemporaries(TransformsCatalog transforms) => Append(transforms.DropColumns(
        [.. Schema.Select(column => column.Name).Where(name => name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)).Distinct()]));

    /// <summary>Writes the chain where ML.NET wants a transformer.</summary>
    public void Save(ModelSaveContext context)
    {
        ICanSaveModel chain = new TransformerChain<ITransformer>([.. _steps]);
        chain.Save(context);
    }

    public void Dispose() => _steps.ForEach(step => (step as IDisposable)?.Dispose());
}
