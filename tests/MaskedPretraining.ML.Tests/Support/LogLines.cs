using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

/// <summary>Collects what a context logs.</summary>
internal sealed class LogLines
{
    private readonly List<(ChannelMessageKind Kind, string Message)> _lines = [];

    public LogLines(MLContext context) => context.Log += (_, line) => _lines.Add((line.Kind, line.RawMessage));

    public string[] Of(ChannelMessageKind kind) => [.. _lines.Where(line => line.Kind == kind).Select(line => line.Message)];
}
