using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>Counts in which classes which features are above zero.</summary>
public sealed class NaiveBayesMulticlassTrainer : IEstimator<MulticlassPredictionTransformer<NaiveBayesMulticlassModelParameters>>
{
    private readonly IHostEnvironment _env;
    private readonly string _label;
    private readonly string _feature;

    internal NaiveBayesMulticlassTrainer(IHostEnvironment env, string labelColumn, string featureColumn)
    {
        Checks.NonEmpty(labelColumn, nameof(labelColumn));
        Checks.NonEmpty(featureColumn, nameof(featureColumn));
        _env = env;
        _label = labelColumn;
        _feature = featureColumn;
    }

    public MulticlassPredictionTransformer<NaiveBayesMulticlassModelParameters> Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        CheckInputs(SchemaShape.Create(input.Schema));
        DataViewSchema.Column label = input.Schema[_label], feature = input.Schema[_feature];
        int classes = checked((int)((KeyDataViewType)label.Type).Count), features = ((VectorDataViewType)feature.Type).Size;
        var labelCounts = new long[classes];
        var featureCounts = new long[classes][];
        for (int i = 0; i < classes; i++)
            featureCounts[i] = new long[features];
        using DataViewRowCursor cursor = input.GetRowCursor([label, feature]);
        ValueGetter<uint> readLabel = cursor.GetGetter<uint>(label);
        ValueGetter<VBuffer<float>> readFeatures = cursor.GetGetter<VBuffer<float>>(feature);
        uint key = 0;
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            readLabel(ref key);
            if (key == 0)
                continue;
            readFeatures(ref values);
            labelCounts[key - 1]++;
            foreach (KeyValuePair<int, float> item in values.Items())
            {
                if (item.Value > 0)
                    featureCounts[key - 1][item.Key]++;
            }
        }
        var model = new NaiveBayesMulticlassModelParameters(labelCounts, featureCounts);
        return new MulticlassPredictionTransformer<NaiveBayesMulticlassModelParameters>(_env, model, feature.Name, feature.Type, LabelValues(label));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        SchemaShape.Column label = CheckInputs(inputSchema);
        var predicted = new List<SchemaShape.Column>(CommonAnnotations());
        var score = new List<SchemaShape.Column>(CommonAnnotations());
        if (label.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values))
        {
            predicted.Add(values);
            score.Add(values.Renamed(AnnotationKinds.TrainingLabelValues));
            if (values.ItemType is TextDataViewType)
                score.Add(values.Renamed(AnnotationKinds.SlotNames));
        }
        return inputSchema.With(
            new SchemaShape.Column(AnnotationKinds.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(score)),
            new SchemaShape.Column(AnnotationKinds.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(predicted)));
    }

    private SchemaShape.Column CheckInputs(SchemaShape shape)
    {
        if (!shape.TryFindColumn(_feature, out SchemaShape.Column feature))
            throw Checks.MissingColumn("inputSchema", "feature", _feature);
        if (feature.Kind != SchemaShape.Column.VectorKind.Vector || !feature.ItemType.Equals(NumberDataViewType.Single))
            throw Checks.SchemaMismatch("inputSchema", "feature", _feature, "Vector<Single>", feature.TypeText);
        if (!shape.TryFindColumn(_label, out SchemaShape.Column label))
            throw Checks.MissingColumn("inputSchema", "label", _label);
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar || !label.ItemType.Equals(NumberDataViewType.UInt32))
            throw Checks.SchemaMismatch("labelCol", "label", _label, "Key<UInt32>", label.TypeText);
        return label;
    }

    private static IEnumerable<SchemaShape.Column> CommonAnnotations() =>
    [
        new(AnnotationKinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
        new(AnnotationKinds.ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false),
        new(AnnotationKinds.ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false),
    ];

    private static DataViewSchema.Annotations LabelValues(DataViewSchema.Column label)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(label.Annotations, kind => kind == AnnotationKinds.KeyValues);
        return builder.ToAnnotations();
    }
}
