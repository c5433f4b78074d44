using System.Reflection;
using System.Runtime.CompilerServices;

namespace MaskedPretraining.Rules;

/// <summary>Members as C# declares them.</summary>
internal static class ApiMembers
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(ConstructorInfo constructor) => $"{Access(constructor)}{ApiNames.WithoutArity(constructor.DeclaringType!.Name)}{ApiNames.Parameters(constructor)};";

    public static string Of(FieldInfo field)
    {
        string modifier = field switch
        {
            { IsLiteral: true } => "const ",
            { IsStatic: true, IsInitOnly: true } => "static readonly ",
            { IsStatic: true } => "static ",
            { IsInitOnly: true } => "readonly ",
            _ => "",
        };
        string value = field.IsLiteral ? " = " + ApiNames.Literal(field.GetRawConstantValue(), field.FieldType) : "";
        return $"{(field.IsPublic ? "" : "protected ")}{modifier}{ApiNames.Of(field.FieldType, Nullability.Create(field))} {field.Name}{value};";
    }

    public static string Of(PropertyInfo property)
    {
        var getter = property.GetMethod is { } get && IsShown(get) ? get : null;
        var setter = property.SetMethod is { } set && IsShown(set) ? set : null;
        bool isInit = setter?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ?? false;
        string accessors = $"{(getter is null ? "" : "get; ")}{(setter is null ? "" : isInit ? "init; " : "set; ")}";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string name = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{string.Join(", ", property.GetIndexParameters().Select(ApiNames.Declaration))}]";
        var accessor = getter ?? setter!;
        return $"{Access(accessor)}{Modifiers(accessor)}{required}{ApiNames.Of(property.PropertyType, Nullability.Create(property))} {name} {{ {accessors}}}";
    }

    public static string Of(EventInfo item) => $"{Access(item.AddMethod!)}{Modifiers(item.AddMethod!)}event {ApiNames.Of(item.EventHandlerType!, Nullability.Create(item))} {item.Name};";

    public static string Of(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        string constraints = method.IsGenericMethod ? ApiNames.Constraints(method.GetGenericArguments()) : "";
        return $"{Access(method)}{Modifiers(method)}{ApiNames.Of(method.ReturnParameter)} {method.Name}{generic}{ApiNames.Parameters(method)}{constraints};";
    }

    private static bool IsShown(MethodInfo method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => "",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } when method.GetBaseDefinition() != method => "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };
}
