using System.Globalization;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>The classes of a label column: a key of known cardinality, with names if the column has key values.</summary>
internal sealed class ClassLabels
{
    private readonly DataViewSchema.Annotations _annotations;

    private ClassLabels(KeyDataViewType type, DataViewSchema.Annotations annotations, IReadOnlyList<string>? names) =>
        (Type, _annotations, Names) = (type, annotations, names);

    /// <summary>The key type of labels and predictions.</summary>
    public KeyDataViewType Type { get; }

    /// <summary>Number of classes K.</summary>
    public int Count => checked((int)Type.Count);

    /// <summary>Names of the classes in the order of their keys; null if the column has no key values.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>The classes of a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, is no key, or has one class.</exception>
    public static ClassLabels Of(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        if (column.Type is not KeyDataViewType type || type.RawType != typeof(uint))
        {
            throw NotAKey(name, column.Type.ToString()!);
        }

        var labels = new ClassLabels(type, column.Annotations, NamesOf(column));
        return type.Count >= 2
            ? labels
            : throw ColumnErrors.Mismatch($"Label column '{name}' has 1 class{(labels.Names is [var only] ? $" ('{only}')" : "")}, but a classifier needs at least 2. Add images of another class.");
    }

    /// <summary>Two classes that stand for any, to describe columns before there is data.</summary>
    public static ClassLabels Placeholder(bool hasNames)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        string[]? names = hasNames ? ["0", "1"] : null;
        if (hasNames)
        {
            AddNames(builder, AnnotationKinds.KeyValues, names!);
        }

        return new ClassLabels(new KeyDataViewType(typeof(uint), 2), builder.ToAnnotations(), names);
    }

    /// <summary>Refuses shapes of label columns that can never fit.</summary>
    public static SchemaShape.Column Check(SchemaShape shape, string name)
    {
        var column = shape.Require(name);
        return column.IsKey && column.Kind == SchemaShape.Column.VectorKind.Scalar ? column : throw NotAKey(name, SchemaShapes.Describe(column));
    }

    /// <summary>Refuses other data whose keys mean other classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Number or names of the classes differ.</exception>
    public void CheckSame(ClassLabels other)
    {
        bool isSame = other.Count == Count && (Names is null || other.Names is null || Names.SequenceEqual(other.Names, StringComparer.Ordinal));
        if (!isSame)
        {
            throw ColumnErrors.Mismatch(
                $"The labels of the validation data have {other.Count} classes ({string.Join(", ", other.Names ?? [])}), those of the training data {Count} ({string.Join(", ", Names ?? [])}). "
                + "Fit MapValueToKey on the training data and transform both with it.");
        }
    }

    /// <summary>What a class is called in messages and pictures.</summary>
    /// <param name="index">From 0.</param>
    public string NameOf(int index) => Names?[index] ?? (index + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Annotations of the predicted label, as in-box multiclass models have them.</summary>
    public DataViewSchema.Annotations PredictedLabelAnnotations() => Kinds(AnnotationKinds.PredictedLabel, builder => builder.Add(_annotations, kind => kind == AnnotationKinds.KeyValues));

    /// <summary>Annotations of the scores, as in-box multiclass models have them; slot names for any type of key values.</summary>
    public DataViewSchema.Annotations ScoreAnnotations() => Kinds(AnnotationKinds.Score, builder =>
    {
        if (Names is not null)
        {
            AddNames(builder, AnnotationKinds.SlotNames, Names);
            AddNames(builder, AnnotationKinds.TrainingLabelValues, Names);
        }
    });

    /// <summary>The label's key values alone.</summary>
    public DataViewSchema.Annotations KeyValueAnnotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(_annotations, kind => kind == AnnotationKinds.KeyValues);
        return builder.ToAnnotations();
    }

    private static void AddNames(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> names)
    {
        ReadOnlyMemory<char>[] values = [.. names.Select(name => name.AsMemory())];
        builder.Add(
            kind,
            new VectorDataViewType(TextDataViewType.Instance, values.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(values.Length, values).CopyTo(ref value));
    }

    private static DataViewSchema.Annotations Kinds(string valueKind, Action<DataViewSchema.Annotations.Builder> addOthers)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        addOthers(builder);
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), 1u);
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance, AnnotationKinds.MulticlassClassification.AsMemory());
        builder.AddPrimitiveValue(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        return builder.ToAnnotations();
    }

    private static ArgumentOutOfRangeException NotAKey(string name, string found) => ColumnErrors.Mismatch(
        $"Label column '{name}' holds {found}, but a key of known cardinality is needed. Add Transforms.Conversion.MapValueToKey(\"{name}\") before this step.");

    /// <summary>The key values of a column as text; null if it has none.</summary>
    public static string[]? NamesOf(DataViewSchema.Column column)
    {
        if (!column.HasKeyValues() || column.Annotations.Schema[AnnotationKinds.KeyValues].Type is not VectorDataViewType values)
        {
            return null;
        }

        var item = values.ItemType.RawType;
        return item switch
        {
            _ when item == typeof(ReadOnlyMemory<char>) => Read<ReadOnlyMemory<char>>(),
            _ when item == typeof(int) => Read<int>(),
            _ when item == typeof(uint) => Read<uint>(),
            _ when item == typeof(long) => Read<long>(),
            _ when item == typeof(ulong) => Read<ulong>(),
            _ when item == typeof(short) => Read<short>(),
            _ when item == typeof(ushort) => Read<ushort>(),
            _ when item == typeof(byte) => Read<byte>(),
            _ when item == typeof(sbyte) => Read<sbyte>(),
            _ when item == typeof(bool) => Read<bool>(),
            _ when item == typeof(float) => Read<float>(),
            _ when item == typeof(double) => Read<double>(),
            _ => null,
        };

        string[] Read<T>()
        {
            VBuffer<T> buffer = default;
            column.GetKeyValues(ref buffer);
            return [.. buffer.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
        }
    }
}
