namespace Microsoft.ML.Data;

/// <summary>The class is recomputed as the first largest score; the predicted label column only has to be there.</summary>
internal static class MulticlassEvaluation
{
    // The smallest probability that the log-loss believes.
    private const float Smallest = 1e-15f;

    public static MulticlassClassificationMetrics Run(IDataView data, string labelName, string scoreName, string predictedName, int topK)
    {
        DataViewSchema.Column label = Find(data.Schema, "label", labelName);
        DataViewSchema.Column score = Find(data.Schema, "score", scoreName);
        Find(data.Schema, "predicted label", predictedName);
        if (score.Type is not VectorDataViewType { Size: >= 2 } scores || !scores.ItemType.Equals(NumberDataViewType.Single))
            throw Checks.SchemaMismatch("schema", "score", scoreName, "vector of two or more items of type Single", score.Type.ToString());
        if (!label.Type.Equals(NumberDataViewType.Single) && label.Type is not KeyDataViewType)
            throw Checks.SchemaMismatch("schema", "label", labelName, "Single or Key", label.Type.ToString());

        var counts = new MulticlassCounts(scores.Size);
        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        Func<double> readLabel = LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> readScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        var values = new float[scores.Size];
        while (cursor.MoveNext())
        {
            double actual = readLabel();
            if (double.IsNaN(actual) || actual < 0 || actual != Math.Floor(actual))
                continue;
            readScore(ref buffer);
            buffer.CopyTo(values);
            if (!values.All(float.IsFinite))
                continue;
            Add(counts, values, (int)actual);
        }
        return counts.ToMetrics(topK, ClassNames(score, scores.Size));
    }

    private static void Add(MulticlassCounts counts, float[] scores, int actual)
    {
        bool known = actual < scores.Length;
        float ofActual = known ? scores[actual] : 0;
        double loss = -Math.Log(known ? Math.Clamp(ofActual, Smallest, 1f) : Smallest);
        int rank = 0, assigned = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            // Equal scores rank in the order of the classes.
            if (scores[i] > ofActual || (scores[i] == ofActual && i < actual))
                rank++;
            if (scores[i] > scores[assigned])
                assigned = i;
        }
        counts.Add(actual, assigned, rank, loss);
    }

    // Keys are 1-based, and a missing key is a missing label.
    private static Func<double> LabelReader(DataViewRow row, DataViewSchema.Column label)
        => label.Type is KeyDataViewType
            ? (Func<double>)Generics.Call(typeof(MulticlassEvaluation), nameof(KeyLabel), [label.Type.RawType], row, label)
            : NumberLabel(row.GetGetter<float>(label));

    private static Func<double> NumberLabel(ValueGetter<float> read) => () =>
    {
        float value = 0;
        read(ref value);
        return value;
    };

    private static Func<double> KeyLabel<T>(DataViewRow row, DataViewSchema.Column label)
    {
        ValueGetter<T> read = row.GetGetter<T>(label);
        Func<T, ulong> number = Transforms.Values.KeyReader<T>();
        return () =>
        {
            T value = default;
            read(ref value);
            ulong key = number(value);
            return key == 0 ? double.NaN : key - 1;
        };
    }

    private static string[] ClassNames(DataViewSchema.Column score, int classes)
    {
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, classes).Select(index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
        => schema.GetColumnOrNull(name) ?? throw Checks.MissingColumn("schema", role, name);
}
