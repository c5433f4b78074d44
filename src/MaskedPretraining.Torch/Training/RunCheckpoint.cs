using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>What the states of all runs have in common: the file in the run's folder, the architecture it belongs to, and the options that the run is only continued with.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="architecture">Fingerprint of the network.</param>
/// <param name="recipe">The options that decide the run's numbers.</param>
internal abstract class RunCheckpoint(RunFolder folder, string architecture, IReadOnlyDictionary<string, string> recipe)
{
    private const string RecipePrefix = "option.";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What the products of the run in a folder are computed in: a run that chose by itself goes on with what it chose, however a trial would end today.</summary>
    /// <returns>Null if there is no run.</returns>
    public static ComputePrecision? PrecisionOf(RunFolder folder)
    {
        if (!folder.HasCheckpoint)
        {
            return null;
        }

        using var reader = new SafetensorsReader(folder.CheckpointPath);
        // The options of every kind of run call it so.
        return Enum.TryParse(reader.Metadata.GetValueOrDefault(RecipePrefix + nameof(PretrainerOptions.Precision)), out ComputePrecision precision) ? precision : null;
    }

    /// <summary>Architecture and options as JSON, for people.</summary>
    public string Describe() => JsonSerializer.Serialize(new Dictionary<string, string>(recipe) { [TrainingState.ArchitectureAttribute] = architecture }, Indented);

    /// <summary>Writes a state atomically.</summary>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="position">Attributes that say where the run stands.</param>
    protected void Write(IReadOnlyList<StreamedTensor> tensors, IReadOnlyDictionary<string, string> position)
    {
        var attributes = recipe.ToDictionary(option => RecipePrefix + option.Key, option => option.Value);
        foreach (var (name, value) in position)
        {
            attributes[name] = value;
        }

        TrainingState.Write(folder.CheckpointPath, architecture, tensors, attributes);
    }

    /// <summary>Opens the state.</summary>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="CheckpointFormatException">The file is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The run was started with other options; the message names each.</exception>
    protected SafetensorsReader Open()
    {
        var reader = TrainingState.Open(folder.CheckpointPath, architecture);
        var started = WithPrefix(reader, RecipePrefix).ToDictionary(option => option.Name, option => option.Value);
        string[] differences =
        [
            .. recipe.Where(option => started.GetValueOrDefault(option.Key) != option.Value)
                .Select(option => $"{option.Key} was {started.GetValueOrDefault(option.Key) ?? "unknown"} and is {option.Value}."),
        ];
        if (differences.Length == 0)
        {
            return reader;
        }

        reader.Dispose();
        throw new CheckpointMismatchException($"The run in {folder.Path} was started with other options: {string.Join(' ', differences)} Continue it with the options it was started with, or start in another folder.");
    }

    /// <summary>An attribute that every state of the kind has.</summary>
    /// <exception cref="CheckpointFormatException">It is missing.</exception>
    protected string Attribute(SafetensorsReader reader, string name) => reader.Metadata.TryGetValue(name, out string? value)
        ? value
        : throw new CheckpointFormatException(folder.CheckpointPath, $"the attribute '{name}' is missing, so it is no state of this kind of run.");

    /// <summary>An attribute with something to parse.</summary>
    /// <param name="reader">The open file.</param>
    /// <param name="name">Of the attribute.</param>
    /// <param name="parse">Throws <see cref="FormatException"/>, <see cref="OverflowException"/> or <see cref="JsonException"/> if it cannot.</param>
    /// <exception cref="CheckpointFormatException">It is missing or damaged.</exception>
    protected T Attribute<T>(SafetensorsReader reader, string name, Func<string, T> parse)
    {
        string text = Attribute(reader, name);
        try
        {
            return parse(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or JsonException)
        {
            throw new CheckpointFormatException(folder.CheckpointPath, $"the attribute '{name}' is damaged ('{text}'). Put an intact copy of the file in its place, or start in another folder.", exception);
        }
    }

    /// <summary>The attributes whose names start so; the rest of the names, and the values.</summary>
    protected static IEnumerable<(string Name, string Value)> WithPrefix(SafetensorsReader reader, string prefix) => reader.Metadata
        .Where(attribute => attribute.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(attribute => (attribute.Key[prefix.Length..], attribute.Value));
}
