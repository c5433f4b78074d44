using System.Reflection;

namespace MaskedPretraining.Rules;

/// <summary>The library assemblies.</summary>
internal static class Libraries
{
    public static IReadOnlyList<string> Names { get; } = ["MaskedPretraining.Core", "MaskedPretraining.Torch", "MaskedPretraining.Onnx", "MaskedPretraining.ML"];

    public static Assembly Load(string name) => Assembly.Load(new AssemblyName(name));
}
