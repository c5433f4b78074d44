using System.Reflection;

namespace Compat.Tests.Rules;

/// <summary>Finds what a subset shows to callers and its package does not have.</summary>
internal static class SubsetRule
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly string[] OfEveryObject = ["string ToString()", "bool Equals(object obj)", "int GetHashCode()"];

    public static List<string> Violations(Assembly subset, ApiList package, bool fullNames)
    {
        var violations = new List<string>();
        foreach (Type type in subset.GetExportedTypes())
        {
            string name = SignatureText.Name(type, fullNames);
            if (package.Find(name) is not { } known)
            {
                violations.Add($"type {name}");
                continue;
            }

            violations.AddRange(Bases(type, fullNames).Where(ancestor => !known.Bases.Contains(ancestor)).Select(ancestor => $"{name} : {ancestor}"));
            violations.AddRange(Members(type, fullNames).Where(member => !package.Has(known, member)).Select(member => $"{name} | {member}"));
        }

        return violations;
    }

    private static IEnumerable<string> Bases(Type type, bool fullNames)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        if (type.BaseType is { IsPublic: true } ancestor && ancestor != typeof(object) && ancestor != typeof(ValueType))
        {
            yield return SignatureText.Name(ancestor, fullNames);
        }

        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(implemented => implemented.GetInterfaces()));
        foreach (Type implemented in type.GetInterfaces().Except(inherited).Where(implemented => implemented.IsVisible))
        {
            yield return SignatureText.Name(implemented, fullNames);
        }
    }

    private static IEnumerable<string> Members(Type type, bool fullNames)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(value => $"value {value}={Convert.ToInt64(Enum.Parse(type, value), System.Globalization.CultureInfo.InvariantCulture)}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return fullNames ? [SignatureText.Normalize(SignatureText.Invoke(type.GetMethod("Invoke")!, fullNames))] : [];
        }

        return type.GetMembers(Declared).Where(IsShown).Select(member => SignatureText.Of(member, fullNames)).OfType<string>().Where(text => !OfEveryObject.Contains(text));
    }

    private static bool IsShown(MemberInfo member) => member switch
    {
        // Accessors are shown by their property or event; explicit implementations are private.
        MethodInfo method => SignatureText.Visible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.Name != "Finalize",
        ConstructorInfo constructor => !constructor.IsStatic && SignatureText.Visible(constructor),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(SignatureText.Visible),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        EventInfo @event => SignatureText.Visible(@event.AddMethod!),
        _ => false,
    };
}
