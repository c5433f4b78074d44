namespace Microsoft.ML.Data;

/// <summary>Members' values as column values and back: text is a string, a vector an array.</summary>
internal static class ObjectValues
{
    /// <summary>The item type of a vector member, null for others.</summary>
    public static Type ItemTypeOf(Type type)
        => type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0]
            : null;

    /// <summary>A conversion from a member's type to a column's raw type, as a <c>Func</c> of both.</summary>
    public static Delegate ToColumn(Type member, Type raw)
    {
        if (member == raw)
            return (Delegate)Generics.Call(typeof(ObjectValues), nameof(Same), [raw]);
        if (member == typeof(string) && raw == typeof(ReadOnlyMemory<char>))
            return (string text) => text.AsMemory();
        if (member == typeof(string[]) && raw == typeof(VBuffer<ReadOnlyMemory<char>>))
            return (string[] texts) => Vector(texts?.Select(text => text.AsMemory()).ToArray());
        if (member.IsArray && raw == typeof(VBuffer<>).MakeGenericType(member.GetElementType()))
            return (Delegate)Generics.Call(typeof(ObjectValues), nameof(ArrayToVector), [member.GetElementType()]);
        return null;
    }

    /// <summary>A conversion from a column's raw type to a member's type, as a <c>Func</c> of both.</summary>
    public static Delegate FromColumn(Type raw, Type member)
    {
        if (member == raw)
        {
            // A vector's buffers belong to the getter; the row object gets its own.
            return typeof(VBuffer<>) is var vector && raw.IsGenericType && raw.GetGenericTypeDefinition() == vector
                ? (Delegate)Generics.Call(typeof(ObjectValues), nameof(CopyVector), raw.GetGenericArguments())
                : (Delegate)Generics.Call(typeof(ObjectValues), nameof(Same), [raw]);
        }
        if (member == typeof(string) && raw == typeof(ReadOnlyMemory<char>))
            return (ReadOnlyMemory<char> text) => text.ToString();
        if (member == typeof(string[]) && raw == typeof(VBuffer<ReadOnlyMemory<char>>))
            return (VBuffer<ReadOnlyMemory<char>> texts) => texts.DenseValues().Select(text => text.ToString()).ToArray();
        if (member.IsArray && raw == typeof(VBuffer<>).MakeGenericType(member.GetElementType()))
            return (Delegate)Generics.Call(typeof(ObjectValues), nameof(VectorToArray), [member.GetElementType()]);
        return null;
    }

    public static void AddAnnotation<T, TRaw>(DataViewSchema.Annotations.Builder builder, string kind, T value, DataViewType type)
    {
        Delegate convert = ToColumn(typeof(T), typeof(TRaw)) ?? throw new ArgumentOutOfRangeException(nameof(value), $"A {typeof(T)} is no value of {type}");
        TRaw raw = ((Func<T, TRaw>)convert)(value);
        builder.Add(kind, type, (ref TRaw destination) => destination = raw);
    }

    private static Func<T, T> Same<T>() => value => value;

    private static Func<T[], VBuffer<T>> ArrayToVector<T>() => Vector;

    private static Func<VBuffer<T>, T[]> VectorToArray<T>() => vector =>
    {
        var array = new T[vector.Length];
        vector.CopyTo(array);
        return array;
    };

    private static Func<VBuffer<T>, VBuffer<T>> CopyVector<T>() => vector =>
    {
        VBuffer<T> copy = default;
        vector.CopyTo(ref copy);
        return copy;
    };

    private static VBuffer<T> Vector<T>(T[] values) => new(values?.Length ?? 0, values);
}
