using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Calls a generic static method by types that are known at run time only.</summary>
internal static class Generics
{
    public static object Call(Type owner, string method, Type[] types, params object[] arguments)
        => owner.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
