using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>What an <see cref="ImageCache"/> keeps.</summary>
public sealed class ImageCacheOptions
{
    /// <summary>Images whose shorter side is longer are reduced to it (bicubic, aspect ratio kept); smaller ones stay as they are.</summary>
    /// <value>At least 1, or null for the images' own size. Default 256: about 0.26 MB a photo of 4:3.</value>
    public int? ShorterSide { get; set; } = 256;

    /// <summary>Says which images these are where names, lengths and times of files do not: change it when the images change, or what decodes them.</summary>
    /// <value>Any text. Default null. Needed if the names of the source's images are no files, since nobody could tell otherwise when they change.</value>
    public string? SourceVersion { get; set; }

    /// <summary>Threads that decode.</summary>
    /// <value>0 to 256. Default 0: all cores of the machine.</value>
    public int Threads { get; set; }

    internal int ThreadsToUse => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>An independent copy.</summary>
    public ImageCacheOptions Clone() => (ImageCacheOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(ShorterSide is null or >= 1, nameof(ShorterSide), ShorterSide, "be at least 1, or null for the images' own size");
        errors.Require(Threads is >= 0 and <= 256, nameof(Threads), Threads, "lie between 0 (all cores) and 256");
    }
}
