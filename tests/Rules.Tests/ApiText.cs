using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MaskedPretraining.Rules;

/// <summary>The public API of an assembly as text that reads like C#, with nullability and default values, in an order that does not depend on the compiler.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly, string? onlyNamespace = null)
    {
        var text = new StringBuilder();
        var namespaces =
            from type in assembly.GetExportedTypes()
            where !type.Name.Contains('<', StringComparison.Ordinal) && (onlyNamespace is null || type.Namespace == onlyNamespace)
            group type by type.Namespace into types
            orderby types.Key
            select types;
        foreach (var types in namespaces)
        {
            text.Append("namespace ").Append(types.Key).Append('\n');
            foreach (var type in types.OrderBy(type => KindRank(type)).ThenBy(type => type.FullName, StringComparer.Ordinal))
            {
                AppendType(text, type);
            }
        }

        return text.ToString();
    }

    private static int KindRank(Type type) => type switch
    {
        _ when IsDelegate(type) => 0,
        { IsEnum: true } => 1,
        { IsInterface: true } => 2,
        { IsValueType: true } => 3,
        _ => 4,
    };

    private static void AppendType(StringBuilder text, Type type)
    {
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            text.Append("  public delegate ").Append(ApiNames.Of(invoke.ReturnParameter)).Append(' ').Append(ApiNames.Declared(type)).Append(ApiNames.Parameters(invoke)).Append(";\n");
            return;
        }

        text.Append("  public ").Append(ApiNames.Kind(type)).Append(' ').Append(ApiNames.Declared(type)).Append(ApiNames.Bases(type)).Append(ApiNames.Constraints(type.GetGenericArguments())).Append('\n');
        var lines = type.IsEnum ? EnumMembers(type) : Members(type);
        foreach (string line in lines)
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> EnumMembers(Type type) =>
        from field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
        let value = Convert.ToInt64(field.GetRawConstantValue(), null)
        orderby value
        select $"{field.Name} = {value}";

    private static IEnumerable<string> Members(Type type) =>
    [
        .. Ordered(type.GetConstructors(Declared).Where(IsShown)).Select(ApiMembers.Of),
        .. Ordered(type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && IsWritten(field))).Select(ApiMembers.Of),
        .. Ordered(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsShown) && IsWritten(property))).Select(ApiMembers.Of),
        .. Ordered(type.GetEvents(Declared).Where(item => IsShown(item.AddMethod!))).Select(ApiMembers.Of),
        .. Ordered(type.GetMethods(Declared).Where(method => IsShown(method) && IsWritten(method) && !IsAccessor(method))).Select(ApiMembers.Of),
    ];

    private static IEnumerable<T> Ordered<T>(IEnumerable<T> members)
        where T : MemberInfo => members.OrderBy(member => member is PropertyInfo property && property.GetIndexParameters().Length > 0).ThenBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.ToString(), StringComparer.Ordinal);

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(MulticastDelegate));

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What the compiler adds to records is no API of ours.
    private static bool IsWritten(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !member.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
