using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>Adds the predicted label, a key with the names of the classes, and the scores.</summary>
public sealed class MulticlassPredictionTransformer<TModel> : ITransformer
    where TModel : class
{
    private readonly IHostEnvironment _env;
    private readonly string _feature;
    private readonly DataViewType _featureType;
    private readonly DataViewSchema.Annotations _labelValues;

    internal MulticlassPredictionTransformer(IHostEnvironment env, TModel model, string feature, DataViewType featureType, DataViewSchema.Annotations labelValues)
    {
        _env = env;
        Model = model;
        _feature = feature;
        _featureType = featureType;
        _labelValues = labelValues;
    }

    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        return MakeMapper(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(MulticlassPredictionLoader));
        ctx.Writer.Write(_feature);
        TypeCodec.Write(ctx.Writer, _featureType);
        SchemaCodec.WriteAnnotations(ctx.Writer, _labelValues);
        ((IClassModel)Model).Save(ctx.Writer);
    }

    private ClassMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column feature = inputSchema.GetColumnOrNull(_feature) ?? throw Checks.MissingColumn(nameof(inputSchema), "feature", _feature);
        // Dimensions and all, as it was in training.
        if (!feature.Type.Equals(_featureType))
            throw Checks.SchemaMismatch(nameof(inputSchema), "feature", _feature, _featureType.ToString(), feature.Type.ToString());
        return new ClassMapper(inputSchema, feature, (IClassModel)Model, _labelValues);
    }
}
