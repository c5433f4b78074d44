using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

/// <summary>Reads whole columns of small views.</summary>
internal static class Columns
{
    public static float[][] Vectors(IDataView view, string name)
    {
        var rows = new List<float[]>();
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema[name]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            rows.Add([.. value.DenseValues()]);
        }

        return [.. rows];
    }

    public static T[] Values<T>(IDataView view, string name)
    {
        var rows = new List<T>();
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var getter = cursor.GetGetter<T>(view.Schema[name]);
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            rows.Add(value);
        }

        return [.. rows];
    }

    public static string[] Texts(IDataView view, string name) => [.. Values<ReadOnlyMemory<char>>(view, name).Select(text => text.ToString())];

    /// <summary>Each row through the row mapper, as a prediction engine does it.</summary>
    public static float[][] VectorsRowByRow(ITransformer transformer, IDataView input, string name)
    {
        var mapper = transformer.GetRowToRowMapper(input.Schema);
        var column = mapper.OutputSchema[name];
        using var cursor = input.GetRowCursor(mapper.GetDependencies([column]));
        var row = mapper.GetRow(cursor, [column]);
        var getter = row.GetGetter<VBuffer<float>>(column);
        var rows = new List<float[]>();
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            rows.Add([.. value.DenseValues()]);
        }

        return [.. rows];
    }

    public static double LargestDifference(float[][] left, float[][] right)
    {
        Assert.HasCount(left.Length, right);
        return left.Zip(right).SelectMany(rows => rows.First.Zip(rows.Second)).Max(pair => Math.Abs((double)pair.First - pair.Second));
    }
}
