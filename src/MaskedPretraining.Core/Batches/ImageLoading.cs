using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Batches;

/// <summary>Loads images for a network.</summary>
internal static class ImageLoading
{
    /// <summary>Loads an image and checks that it has the network's channels.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="sample">Image number.</param>
    /// <param name="channels">The network's channels.</param>
    /// <exception cref="ImageFormatException">The image cannot be read or has other channels.</exception>
    public static RgbImage Load(IImageSource source, int sample, int channels)
    {
        RgbImage image = source.Load(sample);
        return image.Channels == channels
            ? image
            : throw new ImageFormatException(source.NameOf(sample), $"it has {image.Channels} channels, but the network has Channels {channels}.");
    }
}
