using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Runs;

/// <summary>
/// The measurements of a run, one JSON object a line, such as <c>{"step":100,"loss":0.42}</c>. Every line is handed to the operating system at once, so that others can follow the file and a crash
/// loses at most the line being written. Not thread safe.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private const string StepName = "step";

    // A loss may be NaN; JSON has no number for it, so it is written as text.
    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens a log to go on after a step; what is there of later steps is dropped, since the run will do them again.</summary>
    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="lastStep">The last step that is done. 0 for a new run: the log starts empty, unless it has an entry of step 0.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public MetricsLog(string path, long lastStep = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
        if (File.Exists(path))
        {
            AtomicFile.WriteText(path, string.Concat(Read(path).Where(entry => entry.Step <= lastStep).Select(Line)));
        }

        try
        {
            _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(path, exception, "The log is as it was.");
        }
    }

    /// <summary>Reads the complete lines of a log. A last line that was cut off by a crash is left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointFormatException">A line in the middle is no entry.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<MetricsEntry> Read(string path)
    {
        string[] lines = File.ReadAllText(path).Split('\n');
        var entries = new List<MetricsEntry>(lines.Length);
        // What follows the last line feed is empty or was cut off.
        for (int number = 0; number < lines.Length - 1; number++)
        {
            entries.Add(Parse(lines[number]) ?? throw new CheckpointFormatException(path, $"line {number + 1} is no entry of a metrics log; delete the line, or the file to start it anew."));
        }

        return entries;
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="entry">Step and measurements.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append(MetricsEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(Line(entry)));
        }
        catch (IOException exception)
        {
            throw WriteErrors.Explain(_path, exception, "The run can be resumed from its last checkpoint.");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static string Line(MetricsEntry entry)
    {
        var json = new JsonObject { [StepName] = entry.Step };
        foreach (var (name, value) in entry.Values)
        {
            json[name] = JsonSerializer.SerializeToNode(value, Numbers);
        }

        return json.ToJsonString() + "\n";
    }

    private static MetricsEntry? Parse(string line)
    {
        try
        {
            var json = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line);
            return json is not null && json.Remove(StepName, out var step)
                ? new MetricsEntry(step.GetInt64(), json.ToDictionary(pair => pair.Key, pair => pair.Value.Deserialize<double>(Numbers)))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
