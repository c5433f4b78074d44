using System.Globalization;
using System.Text.RegularExpressions;

namespace MaskedPretraining.Torch.Training;

/// <summary>A GPU's memory does not hold a step. The message has the estimate of what it needs and how many images at a time would fit; what a run folder holds is whole.</summary>
public sealed partial class OutOfDeviceMemoryException : Exception
{
    private OutOfDeviceMemoryException(string message, long needed, long? capacity, int? imagesThatFit, Exception inner)
        : base(message, inner) => (NeededBytes, CapacityBytes, ImagesThatFit) = (needed, capacity, imagesThatFit);

    /// <summary>What a step is estimated to need, see <see cref="PretrainingEstimate.Memory"/>.</summary>
    public long NeededBytes { get; }

    /// <summary>The memory of the device; null if libtorch did not say.</summary>
    public long? CapacityBytes { get; }

    /// <summary>Images at a time that fit by the estimate, fewer than there were; null if not even one does.</summary>
    public int? ImagesThatFit { get; }

    /// <summary>Whether this is how libtorch says that a device has no memory left.</summary>
    internal static bool IsMeantBy(string message) => message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    /// <summary>Explains an error that <see cref="IsMeantBy"/> recognises.</summary>
    /// <param name="options">The run.</param>
    /// <param name="checkpoint">The run's last checkpoint; null if there is none.</param>
    /// <param name="error">What libtorch said.</param>
    internal static OutOfDeviceMemoryException Of(PretrainerOptions options, string? checkpoint, Exception error)
    {
        int atATime = Math.Min(options.MicroBatchSize ?? options.BatchSize, options.BatchSize);
        var (oneImage, others) = PretrainingEstimate.OnDevice(options);
        long needed = others + (atATime * oneImage);
        long? capacity = CapacityOf(error.Message);
        // An estimate that says that more would fit than did not is wrong by half at least.
        int fitting = (int)Math.Min(((capacity ?? needed) - others) / Math.Max(oneImage, 1), atATime / 2);
        int? imagesThatFit = fitting >= 1 ? fitting : null;
        string advice = imagesThatFit is null
            ? "Not even one image at a time fits: take a smaller encoder or decoder, larger patches, a higher mask ratio or BFloat16."
            : options.UniformityWeight > 0
                ? $"By the estimate a BatchSize of {imagesThatFit} fits; {nameof(options.UniformityWeight)} compares all images of a batch, so that it cannot be worked on in parts."
                : $"By the estimate {imagesThatFit} images at a time fit: set {nameof(options.MicroBatchSize)} to {imagesThatFit}, which leaves the steps as they are, or lower {nameof(options.BatchSize)}.";
        string state = checkpoint is null ? "" : $" The last checkpoint, {checkpoint}, is whole, and a run in its folder goes on from there, with another {nameof(options.MicroBatchSize)} too.";
        return new OutOfDeviceMemoryException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The GPU's memory{(capacity is { } all ? $" of {Gibibytes(all)}" : "")} does not hold a step with {atATime} images at a time, which is estimated to need {Gibibytes(needed)}, {Gibibytes(others)} of them for weights, gradients and moments. {advice}{state}"),
            needed,
            capacity,
            imagesThatFit,
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
