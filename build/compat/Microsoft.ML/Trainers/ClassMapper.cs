using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>Scores once a row; the label is the first largest score.</summary>
internal sealed class ClassMapper(DataViewSchema inputSchema, DataViewSchema.Column feature, IClassModel model, DataViewSchema.Annotations labelValues)
    : AddedColumnsMapper(inputSchema, [PredictedLabel(inputSchema, model, labelValues), Score(inputSchema, model, labelValues)])
{
    protected override IEnumerable<int> Dependencies(int output) => [feature.Index];

    protected override Delegate[] MakeGetters(DataViewRow input, bool[] active, out Action dispose)
    {
        dispose = null;
        if (!active.Contains(true))
            return new Delegate[2];
        ValueGetter<VBuffer<float>> read = input.GetGetter<VBuffer<float>>(input.Schema[feature.Index]);
        VBuffer<float> features = default;
        var scores = new float[model.Classes];
        long position = -1;
        void Update()
        {
            if (position == input.Position)
                return;
            read(ref features);
            model.Score(features, scores);
            position = input.Position;
        }
        ValueGetter<uint> label = (ref uint destination) =>
        {
            Update();
            int best = 0;
            for (int i = 1; i < scores.Length; i++)
            {
                if (scores[i] > scores[best])
                    best = i;
            }
            destination = float.IsNaN(scores[best]) ? 0 : (uint)best + 1;
        };
        ValueGetter<VBuffer<float>> score = (ref VBuffer<float> destination) =>
        {
            Update();
            VBufferEditor<float> editor = VBufferEditor.Create(ref destination, scores.Length);
            scores.CopyTo(editor.Values);
            destination = editor.Commit();
        };
        return [label, score];
    }

    private static DataViewSchema.DetachedColumn PredictedLabel(DataViewSchema schema, IClassModel model, DataViewSchema.Annotations labelValues)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(labelValues, _ => true);
        AddKinds(annotations, schema, AnnotationKinds.PredictedLabel);
        return new DataViewSchema.DetachedColumn(AnnotationKinds.PredictedLabel, new KeyDataViewType(typeof(uint), model.Classes), annotations.ToAnnotations());
    }

    private static DataViewSchema.DetachedColumn Score(DataViewSchema schema, IClassModel model, DataViewSchema.Annotations labelValues)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AddKinds(annotations, schema, AnnotationKinds.Score);
        foreach (DataViewSchema.Column values in labelValues.Schema)
        {
            annotations.Add(AnnotationKinds.TrainingLabelValues, values.Type, labelValues.GetterOf(values.Index));
            if (values.Type.ItemType() is TextDataViewType)
                annotations.Add(AnnotationKinds.SlotNames, values.Type, labelValues.GetterOf(values.Index));
        }
        return new DataViewSchema.DetachedColumn(AnnotationKinds.Score, new VectorDataViewType(NumberDataViewType.Single, model.Classes), annotations.ToAnnotations());
    }

    private static void AddKinds(DataViewSchema.Annotations.Builder annotations, DataViewSchema schema, string valueKind)
    {
        annotations.AddPrimitiveValue(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance, AnnotationKinds.Multiclass.AsMemory());
        annotations.AddPrimitiveValue(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        annotations.AddPrimitiveValue(AnnotationKinds.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), NextSet(schema));
    }

    /// <summary>Columns of one scorer share a number that no other columns have.</summary>
    private static uint NextSet(DataViewSchema schema)
    {
        uint largest = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            uint set = 0;
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.ScoreColumnSetId)?.Type is KeyDataViewType { RawType: var raw } && raw == typeof(uint))
                column.Annotations.GetValue(AnnotationKinds.ScoreColumnSetId, ref set);
            largest = Math.Max(largest, set);
        }
        return largest + 1;
    }
}
