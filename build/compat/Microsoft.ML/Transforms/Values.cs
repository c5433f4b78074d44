using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>What mapping values needs to know about a raw type.</summary>
internal static class Values
{
    /// <summary>Text is compared by its characters.</summary>
    public static IEqualityComparer<T> Equality<T>()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<T>)(object)TextComparer.Instance : EqualityComparer<T>.Default;

    public static IComparer<T> Order<T>()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IComparer<T>)(object)TextComparer.Instance : Comparer<T>.Default;

    /// <summary>Empty text and not-a-number are missing values.</summary>
    public static bool IsMissing<T>(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => false,
    };

    /// <summary>What stands for a missing value in an output column.</summary>
    public static T Missing<T>()
        => typeof(T) == typeof(float) ? (T)(object)float.NaN
            : typeof(T) == typeof(double) ? (T)(object)double.NaN
            : default;

    /// <summary>Key values are 1-based; 0 is the missing key.</summary>
    public static Func<T, ulong> KeyReader<T>() => value => Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A getter that maps a scalar column, or each item of a vector column.</summary>
    public static Delegate Map<TSource, TResult>(DataViewRow row, DataViewSchema.Column source, Func<TSource, TResult> map)
    {
        if (source.Type is not VectorDataViewType)
        {
            ValueGetter<TSource> scalar = row.GetGetter<TSource>(source);
            TSource value = default;
            return (ValueGetter<TResult>)((ref TResult destination) =>
            {
                scalar(ref value);
                destination = map(value);
            });
        }
        ValueGetter<VBuffer<TSource>> vector = row.GetGetter<VBuffer<TSource>>(source);
        VBuffer<TSource> values = default;
        return (ValueGetter<VBuffer<TResult>>)((ref VBuffer<TResult> destination) =>
        {
            vector(ref values);
            VBufferEditor<TResult> editor = VBufferEditor.Create(ref destination, values.Length);
            // An item that a sparse vector leaves out is the default value, not a missing one.
            foreach (KeyValuePair<int, TSource> item in values.Items(all: true))
                editor.Values[item.Key] = map(item.Value);
            destination = editor.Commit();
        });
    }

    /// <summary>The type of a column after its items were mapped to <paramref name="item"/>.</summary>
    public static DataViewType WithItem(DataViewType type, PrimitiveDataViewType item) => type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;
}
