using MaskedPretraining.Core.Imaging;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Imaging;

/// <summary>The images of a source that can be read, found by one scan on first use; the others are reported by name.</summary>
internal sealed class ReadableSource
{
    private readonly IHostEnvironment _environment;
    private readonly string _name;
    private readonly SizedImageSource _sized;
    private readonly ReadableImages _scan;

    /// <exception cref="InvalidDataException">The source is empty, or none of its images can be read.</exception>
    public ReadableSource(IHostEnvironment environment, IImageSource source, string name, IImageSource? masks)
    {
        (_environment, _name, _sized) = (environment, name, new SizedImageSource(source));
        _scan = ReadableImages.Scan(_sized, minimumSide: 1, threads: Environment.ProcessorCount);
        using var channel = environment.Start(name);
        SkippedImages.Report(channel, [.. _scan.Failures.Select(failure => failure.Reason)], source.Count);
        Images = Readable(source);
        Masks = masks is null ? null : Readable(masks);
    }

    /// <summary>The images that can be read.</summary>
    public IImageSource Images { get; }

    /// <summary>Masks of the images that can be read; null if there are none.</summary>
    public IImageSource? Masks { get; }

    /// <summary>Those of them whose sides are long enough; the others are reported.</summary>
    /// <exception cref="InvalidDataException">None is.</exception>
    public IImageSource AtLeast(int side)
    {
        int[] places = [.. Enumerable.Range(0, Images.Count).Where(place => _sized.ShorterSideOf(_scan.Indices[place]) >= side)];
        if (places.Length == Images.Count)
        {
            return Images;
        }

        var tooSmall = Enumerable.Range(0, Images.Count).Except(places).Select(place => SkippedImages.TooSmall(Images.NameOf(place), _sized.ShorterSideOf(_scan.Indices[place]), side)).ToList();
        if (places.Length == 0)
        {
            throw new InvalidDataException($"None of the {Images.Count} images is as large as a patch. The first: {tooSmall[0]} Use larger images or a smaller PatchSize.");
        }

        using var channel = _environment.Start(_name);
        SkippedImages.Report(channel, tooSmall, Images.Count);
        return FilteredImageSource.Of(Images, places);
    }

    private IImageSource Readable(IImageSource all) => _scan.Failures.Count == 0 ? all : FilteredImageSource.Of(all, _scan.Indices);
}
