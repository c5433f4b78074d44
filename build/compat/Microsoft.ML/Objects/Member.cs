using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A public field or property of a row class.</summary>
internal sealed class Member
{
    private Member(MemberInfo info, Type type)
    {
        Info = info;
        Type = type;
    }

    public MemberInfo Info { get; }

    public Type Type { get; }

    public static IEnumerable<Member> Of(Type owner, SchemaDefinition.Direction direction)
    {
        foreach (FieldInfo field in owner.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!Ignored(field) && !field.IsInitOnly)
                yield return new Member(field, field.FieldType);
        }
        foreach (PropertyInfo property in owner.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            bool usable = property.GetIndexParameters().Length == 0
                && (!direction.HasFlag(SchemaDefinition.Direction.Read) || property.GetMethod?.IsPublic == true)
                && (!direction.HasFlag(SchemaDefinition.Direction.Write) || property.SetMethod?.IsPublic == true);
            if (usable && !Ignored(property))
                yield return new Member(property, property.PropertyType);
        }
    }

    public static Member Named(Type owner, string name)
        => owner.GetField(name) is { } field ? new Member(field, field.FieldType)
            : owner.GetProperty(name) is { } property ? new Member(property, property.PropertyType)
            : throw new ArgumentOutOfRangeException(nameof(name), $"No field or property with name '{name}' found in type '{owner}'");

    /// <summary>Reads the member of a row.</summary>
    public Func<TRow, TValue> Reader<TRow, TValue>()
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, Info), row).Compile();
    }

    /// <summary>Writes the member of a row.</summary>
    public Action<TRow, TValue> Writer<TRow, TValue>()
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, Info), value), row, value).Compile();
    }

    /// <summary>The column type that the member's type and attributes stand for.</summary>
    public DataViewType ColumnType()
    {
        if (Info.GetCustomAttributes().OfType<DataViewTypeAttribute>().FirstOrDefault() is { } own)
        {
            own.Register();
            return DataViewTypeManager.Find(Type, own) ?? throw NoColumnType();
        }
        Type itemType = ObjectValues.ItemTypeOf(Type);
        PrimitiveDataViewType item = DataViewTypeExtensions.PrimitiveOf(itemType ?? Type);
        if (item == null)
            return DataViewTypeManager.Find(Type, null) ?? throw NoColumnType();
        if (Info.GetCustomAttribute<KeyTypeAttribute>() is { } key)
            item = new KeyDataViewType(item.RawType, key.KeyCount ?? KeyDataViewType.Largest(item.RawType));
        VectorTypeAttribute vector = Info.GetCustomAttribute<VectorTypeAttribute>();
        if (itemType != null)
            return vector == null ? new VectorDataViewType(item) : new VectorDataViewType(item, vector.Dims);
        Checks.That(vector == null, nameof(Type), $"Member {Info.Name} marked with VectorType attribute, but does not appear to be a vector type");
        return item;
    }

    private static bool Ignored(MemberInfo member) => member.GetCustomAttribute<NoColumnAttribute>() != null;

    private ArgumentOutOfRangeException NoColumnType() => new(nameof(Type), $"Could not determine an IDataView type and registered custom types for member {Info.Name}");
}
