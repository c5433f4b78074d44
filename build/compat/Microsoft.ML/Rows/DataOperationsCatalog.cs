using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog
{
    internal DataOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        Checks.NotNull(data, nameof(data));
        return new EnumerableDataView<TRow>(data, schemaDefinition);
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        Checks.NotNull(data, nameof(data));
        Checks.NotNull(schema, nameof(schema));
        return new EnumerableDataView<TRow>(data, SchemaDefinition.Of(typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        Checks.NotNull(data, nameof(data));
        // Tells at once what does not fit, not at the first row.
        return Rows(data, new RowWriter<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Checks.NotNull(input, nameof(input));
        return new CacheDataView(input);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Checks.NotNull(input, nameof(input));
        Checks.That(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledDataView(CacheableColumns.Of(input), seed ?? Environment.Register(nameof(ShuffleRows)).Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        Checks.NotNull(input, nameof(input));
        Checks.That(count >= 0, nameof(count), "Must be greater than or equal to zero.");
        return new SkipTakeDataView(input, 0, count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        Checks.NotNull(input, nameof(input));
        Checks.That(count >= 0, nameof(count), "Must be greater than or equal to zero.");
        return new SkipTakeDataView(input, count, long.MaxValue);
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        Checks.NotNull(data, nameof(data));
        Checks.That(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        int salt = seed ?? Environment.Register(nameof(TrainTestSplit)).Rand.Next();
        return new TrainTestData(
            RowSampling.Filter(data, samplingKeyColumnName, salt, share => share >= testFraction),
            RowSampling.Filter(data, samplingKeyColumnName, salt, share => share < testFraction));
    }

    private static IEnumerable<TRow> Rows<TRow>(IDataView data, RowWriter<TRow> writer, bool reuseRowObject)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(writer.ColumnsNeeded);
        Action<TRow> fill = writer.Fill(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            if (row == null || !reuseRowObject)
                row = new TRow();
            fill(row);
            yield return row;
        }
    }

    public readonly struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
