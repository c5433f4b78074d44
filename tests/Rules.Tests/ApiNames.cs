using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MaskedPretraining.Rules;

/// <summary>Types, parameters and values as C# writes them.</summary>
internal static class ApiNames
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Kind(Type type)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        bool isRecord = type.GetMethod("<Clone>$", Any) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Any) is not null);
        return type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{(isRecord ? "record " : "")}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => $"{(type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "")}{(isRecord ? "record" : "class")}",
        };
    }

    /// <summary>A type's name where it is declared, with its type parameters.</summary>
    public static string Declared(Type type)
    {
        string outer = type.DeclaringType is { } declaring ? Declared(declaring) + "." : "";
        string parameters = string.Join(", ", type.GetGenericArguments().Select(Variance));
        return outer + WithoutArity(type.Name) + (parameters.Length == 0 ? "" : $"<{parameters}>");
    }

    public static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return " : " + Plain(Enum.GetUnderlyingType(type));
        }

        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(item => item.GetInterfaces())).ToHashSet();
        var interfaces = type.GetInterfaces().Where(item => !inherited.Contains(item) && item.IsVisible && !IsOfARecord(item, type)).Select(Plain).Order(StringComparer.Ordinal);
        string[] bases = [.. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [Plain(parent)] : Array.Empty<string>(), .. interfaces];
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases);
    }

    public static string Constraints(Type[] parameters) => string.Concat(
        from parameter in parameters
        let attributes = parameter.GenericParameterAttributes
        let isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)
        let list = new[]
        {
            isStruct ? "struct" : attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? "class" : null,
            !isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) ? "new()" : null,
        }.Concat(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Plain)).OfType<string>().ToArray()
        where list.Length > 0
        select $" where {parameter.Name} : {string.Join(", ", list)}");

    public static string Parameters(MethodBase method)
    {
        string extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return $"({extension}{string.Join(", ", method.GetParameters().Select(Declaration))})";
    }

    public static string Declaration(ParameterInfo parameter)
    {
        string modifier = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true } when parameter.IsDefined(typeof(IsReadOnlyAttribute)) || parameter.IsIn => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ => "",
        };
        string value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{modifier}{Of(parameter)} {parameter.Name}{value}";
    }

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Nullability.Create(parameter));

    /// <summary>A type where it is used, with question marks where null is allowed.</summary>
    public static string Of(Type type, NullabilityInfo nullability)
    {
        if (type.IsByRef)
        {
            type = type.GetElementType()!;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Plain(underlying) + "?";
        }

        string mark = !type.IsValueType && !type.IsGenericParameter && nullability.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray && nullability.ElementType is { } element)
        {
            return $"{Of(type.GetElementType()!, element)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (type.IsGenericType && nullability.GenericTypeArguments.Length == type.GetGenericArguments().Length)
        {
            return Generic(type, [.. type.GetGenericArguments().Select((argument, i) => Of(argument, nullability.GenericTypeArguments[i]))]) + mark;
        }

        return Plain(type) + mark;
    }

    public static string Literal(object? value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => plain.IsValueType && plain == type ? "default" : "null",
            string text => $"\"{text}\"",
            bool truth => truth ? "true" : "false",
            _ when plain.IsEnum => $"{plain.Name}.{Enum.ToObject(plain, value)}",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    public static string WithoutArity(string name) => name.Split('`')[0];

    private static string Plain(Type type) => type switch
    {
        _ when Keywords.TryGetValue(type, out string? keyword) => keyword,
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Plain(underlying) + "?",
        { IsArray: true } => $"{Plain(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]",
        { IsPointer: true } => Plain(type.GetElementType()!) + "*",
        { IsGenericParameter: true } => type.Name,
        { IsGenericType: true } => Generic(type, [.. type.GetGenericArguments().Select(Plain)]),
        { IsNested: true } => $"{Plain(type.DeclaringType!)}.{type.Name}",
        _ => type.Name,
    };

    private static string Generic(Type type, string[] arguments) =>
        type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true
            ? $"({string.Join(", ", arguments)})"
            : $"{WithoutArity(type.Name)}<{string.Join(", ", arguments)}>";

    private static string Variance(Type parameter) => (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
    {
        GenericParameterAttributes.Covariant => "out " + parameter.Name,
        GenericParameterAttributes.Contravariant => "in " + parameter.Name,
        _ => parameter.Name,
    };

    private static bool IsOfARecord(Type item, Type type) => item.IsGenericType && item.GetGenericTypeDefinition() == typeof(IEquatable<>) && item.GetGenericArguments()[0] == type;
}
