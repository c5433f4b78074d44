using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Batches;

/// <summary>How labelled images become batches.</summary>
public sealed class LabeledBatchLoaderOptions
{
    /// <summary>Images B in a batch.</summary>
    /// <value>At least 1. Default 128. A source with fewer images gives one smaller batch an epoch.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Decides order and augmentation together with epoch and image number.</summary>
    /// <value>Any. Default 0.</value>
    public ulong Seed { get; set; }

    /// <summary>What happens to the images.</summary>
    /// <value>Default <see cref="AugmentationOptions.None"/>.</value>
    public AugmentationOptions Augmentation { get; set; } = AugmentationOptions.None();

    /// <summary>Whether the images left over at the end of an epoch sit out rather than come as a smaller batch; the shuffle makes it others each time.</summary>
    /// <value>Default true, as MAE trains. Without effect in evaluation.</value>
    public bool DropLast { get; set; } = true;

    /// <summary>Loader threads. Results do not depend on it.</summary>
    /// <value>0 to 256. Default 0: half the machine's cores, at least 1 and at most 8.</value>
    public int Threads { get; set; }

    /// <summary>Batches made ready ahead of the one in use.</summary>
    /// <value>1 to 1024. Default 2.</value>
    public int LookAhead { get; set; } = 2;

    internal int ThreadsToUse => Threads > 0 ? Threads : Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>An independent copy.</summary>
    public LabeledBatchLoaderOptions Clone()
    {
        var copy = (LabeledBatchLoaderOptions)MemberwiseClone();
        copy.Augmentation = Augmentation.Clone();
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(Threads is >= 0 and <= 256, nameof(Threads), Threads, "lie between 0 (the library chooses) and 256");
        errors.Require(LookAhead is >= 1 and <= 1024, nameof(LookAhead), LookAhead, "lie between 1 and 1024");
        Augmentation.Validate(errors);
    }
}
