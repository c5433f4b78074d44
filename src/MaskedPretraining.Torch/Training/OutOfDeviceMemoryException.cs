using System.Globalization;
using System.Text.RegularExpressions;
using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.Training;

/// <summary>A GPU's memory does not hold a step. The message has the estimate of what it needs and how many images at a time would fit; what a run folder holds is whole.</summary>
public sealed partial class OutOfDeviceMemoryException : Exception
{
    private OutOfDeviceMemoryException(string message, long needed, long? capacity, int? imagesThatFit, Exception inner)
        : base(message, inner) => (NeededBytes, CapacityBytes, ImagesThatFit) = (needed, capacity, imagesThatFit);

    /// <summary>What a step is estimated to need.</summary>
    public long NeededBytes { get; }

    /// <summary>The memory of the device; null if libtorch did not say.</summary>
    public long? CapacityBytes { get; }

    /// <summary>Images at a time that fit by the estimate, fewer than there were; null if not even one does.</summary>
    public int? ImagesThatFit { get; }

    /// <summary>Whether this is how libtorch, or one of CUDA's libraries that takes memory past it (cuBLAS, cuDNN), says that a device has no memory left.</summary>
    internal static bool IsMeantBy(string message) => message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("_STATUS_ALLOC_FAILED", StringComparison.Ordinal);

    /// <summary>Explains an error that <see cref="IsMeantBy"/> recognises.</summary>
    /// <param name="step">What was estimated.</param>
    /// <param name="runFolder">The run's folder; null if there is none.</param>
    /// <param name="error">What libtorch said.</param>
    internal static OutOfDeviceMemoryException Of(DeviceStepMemory step, string? runFolder, Exception error)
    {
        long? capacity = CapacityOf(error.Message);
        int? images = step.ImagesIn(capacity);
        string advice = images is null
            ? "Not even one image at a time fits: take a smaller network, larger patches, a higher mask ratio if patches are masked, or BFloat16."
            : step.WorksInParts
                ? $"By the estimate {images} images at a time fit: set MicroBatchSize to {images}, which leaves the steps as they are, or lower BatchSize."
                : $"By the estimate a BatchSize of {images} fits; UniformityWeight compares all images of a batch, so that it cannot be worked on in parts.";
        var folder = runFolder is null ? null : new RunFolder(runFolder);
        string state = folder is { HasCheckpoint: true } ? $" The last checkpoint, {folder.CheckpointPath}, is whole, and a run in its folder goes on from there, with another MicroBatchSize too." : "";
        return new OutOfDeviceMemoryException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The GPU's memory{(capacity is { } all ? $" of {Gibibytes(all)}" : "")} does not hold a step with {step.ImagesAtATime} images at a time, which is estimated to need {Gibibytes(step.Total)}, {Gibibytes(step.Others)} of them for weights, gradients and moments. {advice}{state}"),
            step.Total,
            capacity,
            images,
            error);
    }

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GiB");

    private static long? CapacityOf(string message) => Capacity().Match(message) is { Success: true } match
        ? (long)(double.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value == "GiB" ? 1L << 30 : 1L << 20))
        : null;

    // "GPU 0 has a total capacity of 79.11 GiB of which ..." and, before libtorch 2.1, "(GPU 0; 7.79 GiB total capacity; ...".
    [GeneratedRegex(@"(total capacity of |GPU \d+; )(?<size>[0-9.]+) (?<unit>GiB|MiB)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Capacity();
}
