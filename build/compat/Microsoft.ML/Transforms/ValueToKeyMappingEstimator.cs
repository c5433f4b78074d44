using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly string _input;
    private readonly int _maximum;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _asText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, int maximumNumberOfKeys, KeyOrdinality keyOrdinality,
        bool asText, IDataView keyData)
    {
        Checks.NonEmpty(outputColumnName, nameof(outputColumnName));
        Checks.That(maximumNumberOfKeys > 0, nameof(maximumNumberOfKeys), "There must be at least one key");
        Checks.That(keyData == null || keyData.Schema.Count(column => !column.IsHidden) == 1, nameof(keyData), "Must have exactly one column");
        _env = env;
        _output = outputColumnName;
        _input = inputColumnName;
        _maximum = maximumNumberOfKeys;
        _ordinality = keyOrdinality;
        _asText = asText;
        _keyData = keyData;
    }

    public enum KeyOrdinality
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        DataViewSchema.Column source = input.Schema.GetColumnOrNull(_input) ?? throw Checks.MissingColumn(nameof(input), "input", _input);
        IDataView terms = input;
        if (_keyData != null)
        {
            terms = _keyData;
            DataViewSchema.Column given = _keyData.Schema.First(column => !column.IsHidden);
            if (!given.Type.ItemType().Equals(source.Type.ItemType()))
                throw Checks.SchemaMismatch("keyData", "key data", given.Name, source.Type.ItemType().ToString(), given.Type.ToString());
            source = given;
        }
        Array values = (Array)Generics.Call(typeof(ValueToKeyMappingEstimator), nameof(Collect), [source.Type.ItemType().RawType], terms, source, _maximum, _ordinality);
        return new ValueToKeyMappingTransformer(_env, _output, _input, (PrimitiveDataViewType)source.Type.ItemType(), values, _asText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        if (!inputSchema.TryFindColumn(_input, out SchemaShape.Column column))
            throw Checks.MissingColumn(nameof(inputSchema), "input", _input);
        if (column.ItemType is not PrimitiveDataViewType)
            throw Checks.SchemaMismatch(nameof(inputSchema), "input", _input, "vector or scalar of primitive type", column.TypeText);
        DataViewType values = _asText ? TextDataViewType.Instance : column.ItemType;
        IEnumerable<SchemaShape.Column> annotations = column.Annotations.Where(annotation => annotation.Name == AnnotationKinds.SlotNames)
            .Append(new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector, values, false));
        return inputSchema.With(new SchemaShape.Column(_output, column.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations)));
    }

    private static T[] Collect<T>(IDataView data, DataViewSchema.Column column, int maximum, KeyOrdinality ordinality)
    {
        var seen = new HashSet<T>(Values.Equality<T>());
        var values = new List<T>();
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var read = (ValueGetter<VBuffer<T>>)ItemGetter<T>(cursor, column);
        VBuffer<T> items = default;
        while (values.Count < maximum && cursor.MoveNext())
        {
            read(ref items);
            foreach (T value in items.GetValues())
            {
                if (values.Count < maximum && !Values.IsMissing(value) && seen.Add(value))
                    values.Add(value);
            }
        }
        if (ordinality == KeyOrdinality.ByValue)
            values.Sort(Values.Order<T>());
        return [.. values];
    }

    private static Delegate ItemGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(column);
        ValueGetter<T> scalar = row.GetGetter<T>(column);
        var one = new T[1];
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) =>
        {
            scalar(ref one[0]);
            destination = new VBuffer<T>(1, one);
        });
    }
}
