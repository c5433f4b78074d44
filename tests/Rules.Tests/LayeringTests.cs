namespace MaskedPretraining.Rules;

[TestClass]
public sealed class LayeringTests
{
    /// <summary>Arrows point one way: ML to Torch and Onnx, these to Core. Only Torch knows TorchSharp, only Onnx knows ONNX Runtime and protobuf, only ML knows ML.NET.</summary>
    [TestMethod]
    [DataRow("MaskedPretraining.Core", new string[0])]
    [DataRow("MaskedPretraining.Torch", new[] { "MaskedPretraining.Core", "TorchSharp" })]
    [DataRow("MaskedPretraining.Onnx", new[] { "MaskedPretraining.Core", "Microsoft.ML.OnnxRuntime", "Google.Protobuf" })]
    [DataRow("MaskedPretraining.ML", new[] { "MaskedPretraining.Core", "MaskedPretraining.Torch", "MaskedPretraining.Onnx", "Microsoft.ML" })]
    public void References_OfALibrary_AreThoseOfItsLayer(string library, string[] allowed)
    {
        string[] others = [.. Libraries.Load(library).GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => !IsOfTheRuntime(name) && !IsAllowed(name, allowed))];
        Assert.IsEmpty(others, $"{library} must not know {string.Join(", ", others)}; move the code to the library that may (CONTRIBUTING.md, the map).");
    }

    private static bool IsOfTheRuntime(string name) => name is "mscorlib" or "netstandard" || name.StartsWith("System.", StringComparison.Ordinal);

    // ML.NET is many assemblies under one name; ONNX Runtime merely lives under it.
    private static bool IsAllowed(string name, string[] allowed) =>
        allowed.Contains(name) || (allowed.Contains("Microsoft.ML") && name.StartsWith("Microsoft.ML.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal));
}
