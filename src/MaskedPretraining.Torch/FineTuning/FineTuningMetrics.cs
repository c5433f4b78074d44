using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>How a fine-tuning run stands.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="Step">Optimizer steps done since the start of the run, earlier parts of a resumed run included.</param>
/// <param name="Steps">Optimizer steps of the whole run.</param>
/// <param name="Loss">Mean loss of this epoch's steps so far, each before its step: cross-entropy with smoothed and mixed targets.</param>
/// <param name="LearningRate">Learning rate of the head in the last step.</param>
/// <param name="ImagesPerSecond">Images trained on a second of wall-clock time, over this epoch's steps in this process, loading included, validation left out.</param>
/// <param name="IsEpochEnd">Whether the epoch is complete.</param>
public sealed record FineTuningMetrics(int Epoch, int Epochs, long Step, long Steps, double Loss, double LearningRate, double ImagesPerSecond, bool IsEpochEnd)
{
    /// <summary>Mean cross-entropy on the validation images; null where it was not worked out.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Share of validation images whose class is predicted, 0 to 1; null where it was not worked out.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Euclidean norm of the last step's gradient before it was limited; null without a limit.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Share of the time of this epoch's steps in this process that was spent waiting for images, 0 to 1. Near 0 the loader keeps up; far above, cache the images or give it more threads.</summary>
    public double? LoaderWait { get; init; }

    /// <summary>As a log keeps them.</summary>
    internal MetricsEntry ToEntry() => EpochEntry.Of(
        Step,
        [
            ("epoch", Epoch),
            ("loss", Loss),
            ("learning_rate", LearningRate),
            ("images_per_second", ImagesPerSecond),
            ("validation_loss", ValidationLoss),
            ("validation_accuracy", ValidationAccuracy),
            ("gradient_norm", GradientNorm),
            ("loader_wait", LoaderWait),
        ]);

    /// <summary>Out of a log's entry, which is of an epoch that ended.</summary>
    internal static FineTuningMetrics Of(MetricsEntry entry, int epochs, int stepsPerEpoch) => new(
        (int)entry.Values["epoch"], epochs, entry.Step, (long)epochs * stepsPerEpoch, entry.Values["loss"], entry.Values["learning_rate"], entry.Values["images_per_second"], IsEpochEnd: true)
    {
        ValidationLoss = entry.Find("validation_loss"),
        ValidationAccuracy = entry.Find("validation_accuracy"),
        GradientNorm = entry.Find("gradient_norm"),
        LoaderWait = entry.Find("loader_wait"),
    };
}
