using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.Training;

/// <summary>How a pre-training run stands.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="Step">Optimizer steps done since the start of the run, earlier parts of a resumed run included.</param>
/// <param name="Steps">Optimizer steps of the whole run.</param>
/// <param name="Loss">Mean loss of this epoch's steps so far: what is minimised, regulariser and weights included.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
/// <param name="ImagesPerSecond">Images trained on a second of wall-clock time, over this epoch's steps in this process, loading included, attention maps and validation left out.</param>
/// <param name="ValidationLoss">Loss on the validation images with masks that never change; null where it was not worked out.</param>
/// <param name="IsEpochEnd">Whether the epoch is complete.</param>
public sealed record PretrainingMetrics(
    int Epoch,
    int Epochs,
    long Step,
    long Steps,
    double Loss,
    double LearningRate,
    double ImagesPerSecond,
    double? ValidationLoss,
    bool IsEpochEnd)
{
    /// <summary>Mean loss without the weights of <see cref="PretrainerOptions.Guidance"/>, over the same steps as <see cref="Loss"/>; null if nothing guides the loss.</summary>
    public double? PlainLoss { get; init; }

    /// <summary>Share of <see cref="Loss"/> that lies on foreground patches, those whose normalised map value is above 0.5; null if nothing guides the loss.</summary>
    public double? ForegroundShare { get; init; }

    /// <summary>How learned masks stand, over the same steps as <see cref="Loss"/>; null if masks are not learned.</summary>
    public LearnedMaskingMetrics? LearnedMasking { get; init; }

    /// <summary>How the masks lie on objects, over the same steps; null without <see cref="Core.Batches.SampleMaps.Objects"/>.</summary>
    public ObjectOverlap? ObjectOverlap { get; init; }

    /// <summary>Euclidean norm of the last step's gradient before it was limited; null without <see cref="OptimizationOptions.MaxGradientNorm"/>.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Share of the time of this epoch's steps in this process that was spent waiting for images, 0 to 1. Near 0 the loader keeps up; far above, cache the images or give it more threads.</summary>
    public double? LoaderWait { get; init; }

    /// <summary>What the encoder's features were worth after this epoch; null where it was not measured.</summary>
    public OnlineMonitorMetrics? Monitor { get; init; }

    /// <summary>As a log keeps them.</summary>
    internal MetricsEntry ToEntry() => EpochEntry.Of(
        Step,
        [
            ("epoch", Epoch),
            ("loss", Loss),
            ("learning_rate", LearningRate),
            ("images_per_second", ImagesPerSecond),
            ("validation_loss", ValidationLoss),
            ("plain_loss", PlainLoss),
            ("foreground_share", ForegroundShare),
            ("gradient_norm", GradientNorm),
            ("loader_wait", LoaderWait),
            .. Measured(LearnedMasking?.Values()),
            .. Measured(ObjectOverlap?.Values()),
            .. Measured(Monitor?.Values()),
        ]);

    /// <summary>Out of a log's entry, which is of an epoch that ended.</summary>
    internal static PretrainingMetrics Of(MetricsEntry entry, int epochs, int stepsPerEpoch) => new(
        (int)entry.Values["epoch"],
        epochs,
        entry.Step,
        (long)epochs * stepsPerEpoch,
        entry.Values["loss"],
        entry.Values["learning_rate"],
        entry.Values["images_per_second"],
        entry.Find("validation_loss"),
        IsEpochEnd: true)
    {
        PlainLoss = entry.Find("plain_loss"),
        ForegroundShare = entry.Find("foreground_share"),
        GradientNorm = entry.Find("gradient_norm"),
        LoaderWait = entry.Find("loader_wait"),
        LearnedMasking = LearnedMaskingMetrics.Of(entry.Values),
        ObjectOverlap = ObjectOverlap.Of(entry.Values),
        Monitor = OnlineMonitorMetrics.Of(entry.Values),
    };

    private static IEnumerable<(string Name, double? Value)> Measured(IEnumerable<(string Name, double Value)>? values) => values?.Select(measure => (measure.Name, (double?)measure.Value)) ?? [];
}
