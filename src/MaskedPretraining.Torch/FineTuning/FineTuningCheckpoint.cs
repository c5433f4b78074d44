using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>The state of a run in one file: weights under timm's names, both moments, the best weights so far, and the position. Random draws depend on seed, epoch and image number alone, so that there is no generator to keep.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="architecture">Fingerprint of the encoder.</param>
/// <param name="recipe">The options that decide the run's numbers.</param>
internal sealed class FineTuningCheckpoint(RunFolder folder, string architecture, IReadOnlyDictionary<string, string> recipe) : RunCheckpoint(folder, architecture, recipe)
{
    private const string PositionName = "position";

    /// <summary>Writes the state atomically.</summary>
    public void Write(FineTuningSession session, FineTuningPosition position) =>
        Write([.. session.Stream()], new Dictionary<string, string> { [PositionName] = JsonSerializer.Serialize(position) });

    /// <summary>Puts a session where the state was written.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The run was started with other options; the message names each.</exception>
    public FineTuningPosition Read(FineTuningSession session)
    {
        using var reader = Open();
        var position = Attribute(reader, PositionName, text => JsonSerializer.Deserialize<FineTuningPosition>(text) ?? throw new FormatException());
        session.Load(reader.Read, position.Step);
        return position;
    }
}
