using System.Text.Json;
using System.Text.Json.Serialization;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>An architecture as the text that travels with a model.</summary>
internal static class ArchitectureJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(VisionTransformerOptions architecture) => JsonSerializer.Serialize(architecture, Options);
}
