using System.Globalization;
using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Torch.Training;

/// <summary>The options that decide a run's numbers, as text: a run is only continued with those it was started with.</summary>
internal static class PretrainingRecipe
{
    /// <param name="options">The run's options.</param>
    /// <param name="images">Number of training images.</param>
    /// <param name="computeType">What the matrix products are computed in.</param>
    /// <remarks>Architecture and decoder are compared on their own; loader threads, device and images at a time choose speed and memory, and change rounding at most.</remarks>
    public static SortedDictionary<string, string> Of(PretrainerOptions options, int images, string computeType) => new(StringComparer.Ordinal)
    {
        ["images"] = Text(images),
        [nameof(options.Masking)] = $"{Text(options.Masking)}, {CountsIn(0, options)} to {CountsIn(options.Epochs - 1, options)}",
        [nameof(options.Target)] = Text(options.Target),
        [nameof(options.Error)] = Text(options.Error),
        [nameof(options.UniformityWeight)] = Text(options.UniformityWeight),
        [nameof(options.Initialization)] = Text(options.Initialization),
        [nameof(options.DropPath)] = Text(options.DropPath),
        [nameof(options.Epochs)] = Text(options.Epochs),
        [nameof(options.BatchSize)] = Text(options.BatchSize),
        [nameof(options.Optimization.LearningRatePer256)] = Text(options.Optimization.LearningRatePer256),
        [nameof(options.Optimization.MinLearningRatePer256)] = Text(options.Optimization.MinLearningRatePer256),
        [nameof(options.Optimization.WarmupStartLearningRatePer256)] = Text(options.Optimization.WarmupStartLearningRatePer256),
        [nameof(options.Optimization.WarmupEpochs)] = Text(options.Optimization.WarmupEpochsFor(options.Epochs)),
        [nameof(options.Optimization.Decay)] = Text(options.Optimization.Decay),
        [nameof(options.Optimization.Milestones)] = string.Join(' ', options.Optimization.Milestones.Select(milestone => Text(milestone))),
        [nameof(options.Optimization.WeightDecay)] = Text(options.Optimization.WeightDecay),
        [nameof(options.Optimization.DecaysClassTokenAndPositions)] = Text(options.Optimization.DecaysClassTokenAndPositions),
        [nameof(options.Optimization.Beta1)] = Text(options.Optimization.Beta1),
        [nameof(options.Optimization.Beta2)] = Text(options.Optimization.Beta2),
        [nameof(options.Optimization.MaxGradientNorm)] = Text(options.Optimization.MaxGradientNorm ?? 0),
        [nameof(options.Optimization.WeightAverageDecay)] = Text(options.Optimization.WeightAverageDecay ?? 0),
        ["Crop"] = string.Join(' ', new object[] { options.Crop.MinScale, options.Crop.MaxScale, options.Crop.MinRatio, options.Crop.MaxRatio, options.Crop.FlipProbability, options.Crop.Form, options.Crop.Filter }.Select(Text)),
        [nameof(options.HeadNormalization)] = Text(options.HeadNormalization),
        ["PixelMean"] = string.Join(' ', options.Architecture.PixelMean.Select(value => Text(value))),
        ["PixelStandardDeviation"] = string.Join(' ', options.Architecture.PixelStandardDeviation.Select(value => Text(value))),
        [nameof(options.Guidance)] = options.Guidance?.ToString() ?? "none",
        [nameof(options.Seed)] = Text(options.Seed),
        [nameof(options.Precision)] = computeType,
    };

    // Masked/thrown/visible patches, for strategies whose text does not tell.
    private static string CountsIn(int epoch, PretrainerOptions options)
    {
        if (options.Epochs == 0)
        {
            return "none";
        }

        var counts = options.Masking.CountsAt(options.Architecture.Grid, new TrainingProgress(epoch, options.Epochs));
        return $"{counts.Masked}/{counts.Thrown}/{counts.Visible}";
    }

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
