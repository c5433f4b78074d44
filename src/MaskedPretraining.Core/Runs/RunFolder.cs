using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Runs;

/// <summary>The folder of a training run: <c>options.json</c>, <c>metrics.jsonl</c> and <c>checkpoint.safetensors</c>.</summary>
public sealed class RunFolder
{
    /// <summary>Opens a run's folder, making it if it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public RunFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(Path, exception, "Nothing was made.");
        }
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The options that the run was started with.</summary>
    public string OptionsPath => System.IO.Path.Combine(Path, "options.json");

    /// <summary>The run's measurements, one JSON object a line.</summary>
    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The state to resume from.</summary>
    public string CheckpointPath => System.IO.Path.Combine(Path, "checkpoint.safetensors");

    /// <summary>Whether there is a state to resume from.</summary>
    public bool HasCheckpoint => File.Exists(CheckpointPath);

    /// <summary>Writes the run's options.</summary>
    /// <param name="json">The options as JSON text.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteOptions(string json) => AtomicFile.WriteText(OptionsPath, json);
}
