using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>The options that decide a run's numbers, as text: a run is only continued with those it was started with.</summary>
internal static class FineTuningRecipe
{
    private static readonly JsonSerializerOptions Compact = new() { Converters = { new JsonStringEnumConverter() } };

    /// <param name="options">The run's options.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The validation images; null for none.</param>
    /// <param name="computeType">What the matrix products are computed in.</param>
    /// <remarks>The architecture is compared on its own; loader threads, device and images at a time choose speed and memory, and change rounding at most.</remarks>
    public static SortedDictionary<string, string> Of(FineTuningOptions options, ILabeledImageSource training, ILabeledImageSource? validation, string computeType) => new(StringComparer.Ordinal)
    {
        ["images"] = Text(training.Count),
        ["validation_images"] = Text(validation?.Count ?? 0),
        ["classes"] = string.Join(", ", training.ClassNames),
        [nameof(options.Pooling)] = Text(options.Pooling),
        [nameof(options.TrainedBlocks)] = Text(options.TrainedBlocks ?? -1),
        [nameof(options.Epochs)] = Text(options.Epochs),
        [nameof(options.BatchSize)] = Text(options.BatchSize),
        [nameof(options.Optimization)] = JsonSerializer.Serialize(options.Optimization, Compact),
        [nameof(options.LayerDecay)] = Text(options.LayerDecay),
        [nameof(options.DropPath)] = Text(options.DropPath),
        [nameof(options.LabelSmoothing)] = Text(options.LabelSmoothing),
        [nameof(options.Augmentation)] = JsonSerializer.Serialize(options.Augmentation, Compact),
        [nameof(options.Patience)] = Text(options.Patience ?? 0),
        [nameof(options.Seed)] = Text(options.Seed),
        [nameof(options.Precision)] = computeType,
    };

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
