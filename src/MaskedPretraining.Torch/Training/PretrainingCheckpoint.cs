using System.Globalization;
using System.Text.Json;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// The state of a run in one file: weights under MAE's names, both moments, what learns the masks, the attention maps that guide the current masks, and the position. Random draws depend on
/// seed, epoch and image number alone, so that there is no generator to keep.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="architecture">Fingerprint of encoder and decoder.</param>
/// <param name="recipe">The options that decide the run's numbers.</param>
internal sealed class PretrainingCheckpoint(RunFolder folder, string architecture, IReadOnlyDictionary<string, string> recipe)
{
    private const string RecipePrefix = "option.";
    private const string MapsName = "attention_maps";
    private const string EpochName = "epoch";
    private const string StepInEpochName = "step_in_epoch";
    private const string StepName = "step";
    private const string LossSumName = "loss_sum";
    private const string PlainSumName = "plain_loss_sum";
    private const string ForegroundSumName = "foreground_loss_sum";
    private const string MeasurePrefix = "measure_sum.";
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
        return Enum.TryParse(reader.Metadata.GetValueOrDefault(RecipePrefix + nameof(PretrainerOptions.Precision)), out ComputePrecision precision) ? precision : null;
    }

    /// <summary>Architecture and options as JSON, for people.</summary>
    public string Describe() => JsonSerializer.Serialize(new Dictionary<string, string>(recipe) { [TrainingState.ArchitectureAttribute] = architecture }, Indented);

    /// <summary>Writes the state atomically.</summary>
    public void Write(PretrainingSession session, RunPosition position, AttentionMapTable? maps)
    {
        var parameters = session.Model.Parameters;
        List<StreamedTensor> tensors = [.. parameters.Stream(parameters.Values, ""), .. session.Optimizer.Stream(), .. session.Average?.Stream() ?? [], .. session.LearnedMasking?.Stream() ?? []];
        if (maps is not null)
        {
            var data = maps.ToTensor();
            tensors.Add(new StreamedTensor(MapsName, data.Type, data.Shape, stream => stream.Write(data.Bytes)));
        }

        var attributes = recipe.ToDictionary(option => RecipePrefix + option.Key, option => option.Value);
        attributes[EpochName] = position.Epoch.ToString(CultureInfo.InvariantCulture);
        attributes[StepInEpochName] = position.StepInEpoch.ToString(CultureInfo.InvariantCulture);
        attributes[StepName] = position.Step.ToString(CultureInfo.InvariantCulture);
        attributes[LossSumName] = position.LossSums.Loss.ToString("R", CultureInfo.InvariantCulture);
        attributes[PlainSumName] = position.LossSums.Plain.ToString("R", CultureInfo.InvariantCulture);
        attributes[ForegroundSumName] = position.LossSums.Foreground.ToString("R", CultureInfo.InvariantCulture);
        foreach (var (name, sum) in position.Measures.Sums)
        {
            attributes[MeasurePrefix + name] = sum.ToString("R", CultureInfo.InvariantCulture);
        }

        TrainingState.Write(folder.CheckpointPath, architecture, tensors, attributes);
    }

    /// <summary>Puts a session where the state was written.</summary>
    /// <returns>The position, and the maps if there were any.</returns>
    /// <exception cref="CheckpointFormatException">The file is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The run was started with other options; the message names each.</exception>
    public (RunPosition Position, AttentionMapTable? Maps) Read(PretrainingSession session)
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

        var position = new RunPosition
        {
            Epoch = int.Parse(Attribute(EpochName), CultureInfo.InvariantCulture),
            StepInEpoch = int.Parse(Attribute(StepInEpochName), CultureInfo.InvariantCulture),
            Step = long.Parse(Attribute(StepName), CultureInfo.InvariantCulture),
            LossSums = new StepLosses(Number(LossSumName), Number(PlainSumName), Number(ForegroundSumName)),
        };
        position.Measures.Add(reader.Metadata
            .Where(attribute => attribute.Key.StartsWith(MeasurePrefix, StringComparison.Ordinal))
            .Select(attribute => (attribute.Key[MeasurePrefix.Length..], double.Parse(attribute.Value, CultureInfo.InvariantCulture))));
        var parameters = session.Model.Parameters;
        parameters.Load(parameters.Values, reader.Read);
        parameters.RefreshComputeCopy();
        session.Optimizer.Load(reader.Read, position.Step);
        session.Average?.Load(reader.Read);
        session.LearnedMasking?.Load(reader.Read, position.Step);
        return (position, reader.Contains(MapsName) ? AttentionMapTable.FromTensor(reader.Read(MapsName)) : null);

        double Number(string name) => double.Parse(Attribute(name), CultureInfo.InvariantCulture);

        string Attribute(string name) => reader.Metadata.TryGetValue(name, out string? value)
            ? value
            : throw new CheckpointFormatException(folder.CheckpointPath, $"the attribute '{name}' is missing, so it is no training state of this library.");
    }
}
