using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>The state of a run in one file: weights under timm's names, both moments, the best weights so far, and the position. Random draws depend on seed, epoch and image number alone, so that there is no generator to keep.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="architecture">Fingerprint of the encoder.</param>
/// <param name="recipe">The options that decide the run's numbers.</param>
internal sealed class FineTuningCheckpoint(RunFolder folder, string architecture, IReadOnlyDictionary<string, string> recipe)
{
    private const string RecipePrefix = "option.";
    private const string PositionName = "position";
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
        return Enum.TryParse(reader.Metadata.GetValueOrDefault(RecipePrefix + nameof(FineTuningOptions.Precision)), out ComputePrecision precision) ? precision : null;
    }

    /// <summary>Architecture and options as JSON, for people.</summary>
    public string Describe() => JsonSerializer.Serialize(new Dictionary<string, string>(recipe) { [TrainingState.ArchitectureAttribute] = architecture }, Indented);

    /// <summary>Writes the state atomically.</summary>
    public void Write(FineTuningSession session, FineTuningPosition position)
    {
        var attributes = recipe.ToDictionary(option => RecipePrefix + option.Key, option => option.Value);
        attributes[PositionName] = JsonSerializer.Serialize(position);
        TrainingState.Write(folder.CheckpointPath, architecture, [.. session.Stream()], attributes);
    }

    /// <summary>Puts a session where the state was written.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The run was started with other options; the message names each.</exception>
    public FineTuningPosition Read(FineTuningSession session)
    {
        using var reader = TrainingState.Open(folder.CheckpointPath, architecture);
        var started = reader.Metadata
            .Where(attribute => attribute.Key.StartsWith(RecipePrefix, StringComparison.Ordinal))
            .ToDictionary(attribute => attribute.Key[RecipePrefix.Length..], attribute => attribute.Value);
        var differences = PretrainingRecipe.Differences(started, recipe);
        if (differences.Count > 0)
        {
            throw new CheckpointMismatchException($"The run in {folder.Path} was started with other options: {string.Join(" ", differences)} Continue it with the options it was started with, or start in another folder.");
        }

        var position = reader.Metadata.TryGetValue(PositionName, out string? text) ? JsonSerializer.Deserialize<FineTuningPosition>(text) : null;
        if (position is null)
        {
            throw new CheckpointFormatException(folder.CheckpointPath, $"the attribute '{PositionName}' is missing, so it is no state of a fine-tuning run.");
        }

        session.Load(reader.Read, position.Step);
        return position;
    }
}
