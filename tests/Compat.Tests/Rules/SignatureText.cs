using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Compat.Tests.Rules;

/// <summary>Members as the signature lists write them, without what does not matter to a caller: visibility, overriding, constraints, names of tuple items.</summary>
internal static class SignatureText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char", [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal", [typeof(nint)] = "nint",
    };

    public static string Tighten(string text) => Regex.Replace(text.Trim(), @"\s*([,<>=])\s*", "$1");

    public static string Normalize(string line)
    {
        string text = line.Trim();
        text = Regex.Replace(text, @"\[Obsolete\]", "").Trim();
        text = Regex.Replace(text, @"( where .*)$", "");
        text = Regex.Replace(text, @"^((public|protected|internal|override|abstract|virtual|sealed|readonly|new|unsafe|extern) )*(static )?((readonly|override) )?", "$3");
        if (text.StartsWith("const ", StringComparison.Ordinal))
        {
            text = "static " + text["const ".Length..].Split(" = ")[0];
        }

        text = Regex.Replace(text, @"(?<=[(,] ?)this (?=\S+ \S)", "");
        text = Regex.Replace(text, @"\((\S+ \w+(, \S+ \w+)+)\)(?=[ >,)\[]| this)", match => match.Value.StartsWith('(') && !IsParameterList(text, match.Index) ? WithoutNames(match.Value) : match.Value);
        return Tighten(text);
    }

    /// <summary>Splits at the commas outside of brackets.</summary>
    public static List<string> SplitList(string text)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
            else if (text[i] is '<' or '(' or '[')
            {
                depth++;
            }
            else if (text[i] is '>' or ')' or ']')
            {
                depth--;
            }
        }

        return parts;
    }

    public static string? Of(MemberInfo member, bool fullNames) => Text(member, fullNames) is { } text ? Tighten(text) : null;

    private static string? Text(MemberInfo member, bool fullNames) => member switch
    {
        ConstructorInfo constructor => $".ctor({Parameters(constructor, fullNames)})",
        MethodInfo method => $"{Static(method)}{Name(method.ReturnType, fullNames)} {method.Name}{Generic(method)}({Parameters(method, fullNames)})",
        PropertyInfo property => Property(property, fullNames),
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType, fullNames)} {field.Name}",
        EventInfo @event => $"{Static(@event.AddMethod!)}{Name(@event.EventHandlerType!, fullNames)} {@event.Name}",
        _ => null,
    };

    public static string Invoke(MethodInfo invoke, bool fullNames) => $"invoke {Name(invoke.ReturnType, fullNames)} ({Parameters(invoke, fullNames)})";

    public static string Name(Type type, bool fullNames)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, fullNames);
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, fullNames)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsPointer)
        {
            return Name(type.GetElementType()!, fullNames) + "*";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value, fullNames) + "?";
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition().FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal))
        {
            return $"({string.Join(",", type.GetGenericArguments().Select(item => Name(item, fullNames)))})";
        }

        var text = new StringBuilder();
        if (fullNames && type.Namespace?.StartsWith("System", StringComparison.Ordinal) == false)
        {
            text.Append(type.Namespace).Append('.');
        }

        var chain = new Stack<Type>();
        for (Type? step = type; step != null; step = step.DeclaringType)
        {
            chain.Push(step);
        }

        Type[] arguments = type.GetGenericArguments();
        int used = 0;
        text.AppendJoin('.', chain.Select(step =>
        {
            int count = step.GetGenericArguments().Length;
            string own = step.Name.Split('`')[0];
            if (count > used)
            {
                own += $"<{string.Join(",", arguments[used..count].Select(item => Name(item, fullNames)))}>";
                used = count;
            }

            return own;
        }));
        return text.ToString();
    }

    private static string Property(PropertyInfo property, bool fullNames)
    {
        MethodInfo? get = property.GetMethod is { } getter && Visible(getter) ? getter : null;
        MethodInfo? set = property.SetMethod is { } setter && Visible(setter) ? setter : null;
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{string.Join(",", index.Select(parameter => Parameter(parameter, fullNames)))}]";
        return $"{Static((get ?? set)!)}{Name(property.PropertyType, fullNames)} {name} {{ {(get == null ? "" : "get; ")}{(set == null ? "" : "set; ")}}}";
    }

    public static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(",", method.GetGenericArguments().Select(item => item.Name))}>" : "";

    private static string Parameters(MethodBase method, bool fullNames) => string.Join(",", method.GetParameters().Select(parameter => Parameter(parameter, fullNames)));

    private static string Parameter(ParameterInfo parameter, bool fullNames)
    {
        string kind = parameter.IsOut ? "out " : parameter.IsIn && parameter.ParameterType.IsByRef ? "in " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string text = $"{kind}{Name(parameter.ParameterType, fullNames)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text}={Default(parameter, fullNames)}" : text;
    }

    private static string Default(ParameterInfo parameter, bool fullNames)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.DefaultValue switch
        {
            null => "null",
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            object value when type.IsEnum => $"{(fullNames ? Name(type, fullNames) : type.Name)}.{Enum.GetName(type, value)}",
            object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static bool IsParameterList(string text, int open) => open > 0 && (char.IsLetterOrDigit(text[open - 1]) || text[open - 1] is '>' or '_');

    private static string WithoutNames(string tuple) => $"({string.Join(",", SplitList(tuple[1..^1]).Select(item => item.Trim().Split(' ')[0]))})";
}
