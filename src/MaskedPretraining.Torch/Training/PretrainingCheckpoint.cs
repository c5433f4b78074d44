using System.Globalization;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// The state of a run in one file: weights under MAE's names, both moments, what learns the masks, the attention maps that guide the current masks, and the position. Random draws depend on
/// seed, epoch and image number alone, so that there is no generator to keep.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="architecture">Fingerprint of encoder and decoder.</param>
/// <param name="recipe">The options that decide the run's numbers.</param>
internal sealed class PretrainingCheckpoint(RunFolder folder, string architecture, IReadOnlyDictionary<string, string> recipe) : RunCheckpoint(folder, architecture, recipe)
{
    private const string MapsName = "attention_maps";
    private const string EpochName = "epoch";
    private const string StepInEpochName = "step_in_epoch";
    private const string StepName = "step";
    private const string LossSumName = "loss_sum";
    private const string PlainSumName = "plain_loss_sum";
    private const string ForegroundSumName = "foreground_loss_sum";
    private const string MeasurePrefix = "measure_sum.";

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

        var attributes = new Dictionary<string, string>
        {
            [EpochName] = position.Epoch.ToString(CultureInfo.InvariantCulture),
            [StepInEpochName] = position.StepInEpoch.ToString(CultureInfo.InvariantCulture),
            [StepName] = position.Step.ToString(CultureInfo.InvariantCulture),
            [LossSumName] = Text(position.LossSums.Loss),
            [PlainSumName] = Text(position.LossSums.Plain),
            [ForegroundSumName] = Text(position.LossSums.Foreground),
        };
        foreach (var (name, sum) in position.Measures.Sums)
        {
            attributes[MeasurePrefix + name] = Text(sum);
        }

        Write(tensors, attributes);
    }

    /// <summary>Puts a session where the state was written.</summary>
    /// <returns>The position, and the maps if there were any.</returns>
    /// <exception cref="CheckpointFormatException">The file is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The run was started with other options; the message names each.</exception>
    public (RunPosition Position, AttentionMapTable? Maps) Read(PretrainingSession session)
    {
        using var reader = Open();
        var position = new RunPosition
        {
            Epoch = Number<int>(EpochName),
            StepInEpoch = Number<int>(StepInEpochName),
            Step = Number<long>(StepName),
            LossSums = new StepLosses(Number<double>(LossSumName), Number<double>(PlainSumName), Number<double>(ForegroundSumName)),
        };
        position.Measures.Add(WithPrefix(reader, MeasurePrefix).Select(measure => (measure.Name, Number<double>(MeasurePrefix + measure.Name))));
        var parameters = session.Model.Parameters;
        parameters.Load(parameters.Values, reader.Read);
        parameters.RefreshComputeCopy();
        session.Optimizer.Load(reader.Read, position.Step);
        session.Average?.Load(reader.Read);
        session.LearnedMasking?.Load(reader.Read, position.Step);
        return (position, reader.Contains(MapsName) ? AttentionMapTable.FromTensor(reader.Read(MapsName)) : null);

        T Number<T>(string name)
            where T : IParsable<T> => Attribute(reader, name, text => T.Parse(text, CultureInfo.InvariantCulture));
    }

    private static string Text(double sum) => sum.ToString("R", CultureInfo.InvariantCulture);
}
