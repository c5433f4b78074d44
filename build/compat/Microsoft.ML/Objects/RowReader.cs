using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>The schema of a row class and a getter for each of its columns.</summary>
internal sealed class RowReader<TRow>
    where TRow : class
{
    private readonly Member[] _members;

    public RowReader(SchemaDefinition definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        _members = [.. definition.Select(column => Member.Named(typeof(TRow), column.MemberName))];
        var builder = new DataViewSchema.Builder();
        for (int i = 0; i < _members.Length; i++)
        {
            DataViewType type = definition[i].ColumnType ?? _members[i].ColumnType();
            if (ObjectValues.ToColumn(_members[i].Type, type.RawType) == null)
                throw new ArgumentOutOfRangeException(nameof(definition), $"Can't bind the column '{definition[i].ColumnName}' of type '{type}' to field or property '{definition[i].MemberName}' of type '{_members[i].Type}'.");
            builder.AddColumn(definition[i].ColumnName, type, definition[i].Annotations);
        }
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public Delegate Getter(int column, Func<TRow> current)
        => Schema[column].Type is KeyDataViewType key
            ? (Delegate)Generics.Call(typeof(RowReader<TRow>), nameof(KeyGetter), [key.RawType], _members[column], current, key.Count)
            : (Delegate)Generics.Call(typeof(RowReader<TRow>), nameof(TypedGetter), [_members[column].Type, Schema[column].Type.RawType], _members[column], current);

    // An object counts its classes from 0 and a key from 1; a number beyond the last class is a missing key.
    private static ValueGetter<TKey> KeyGetter<TKey>(Member member, Func<TRow> current, ulong count)
        where TKey : IBinaryInteger<TKey>
    {
        Func<TRow, TKey> read = member.Reader<TRow, TKey>();
        return (ref TKey destination) =>
        {
            TKey value = read(current());
            destination = ulong.CreateTruncating(value) < count ? value + TKey.One : TKey.Zero;
        };
    }

    private static ValueGetter<TRaw> TypedGetter<TMember, TRaw>(Member member, Func<TRow> current)
    {
        Func<TRow, TMember> read = member.Reader<TRow, TMember>();
        var convert = (Func<TMember, TRaw>)ObjectValues.ToColumn(typeof(TMember), typeof(TRaw));
        if (typeof(TRaw).IsGenericType && typeof(TRaw).GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (ValueGetter<TRaw>)Generics.Call(typeof(RowReader<TRow>), nameof(VectorGetter), typeof(TRaw).GetGenericArguments(), () => (object)convert(read(current())));
        return (ref TRaw destination) => destination = convert(read(current()));
    }

    // The caller's buffer gets a copy: the object's array stays the object's.
    private static ValueGetter<VBuffer<T>> VectorGetter<T>(Func<object> read) => (ref VBuffer<T> destination) => ((VBuffer<T>)read()).CopyTo(ref destination);
}
