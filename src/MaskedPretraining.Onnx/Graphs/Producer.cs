namespace MaskedPretraining.Onnx.Graphs;

/// <summary>What the files say about who wrote them.</summary>
internal static class Producer
{
    public const string Name = "MaskedPretraining.ML";

    /// <summary>Version of this library, for example 0.1.0.</summary>
    public static string Version { get; } = typeof(Producer).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
