using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Batches;

/// <summary>Loads images for a network.</summary>
internal static class ImageLoading
{
    /// <summary>Loads an image and checks that it has the network's channels.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="sample">Image number.</param>
    /// <param name="channels">The network's channels.</param>
    /// <param name="buffer">Takes the image.</param>
    /// <returns>The image; dispose it when it has been used.</returns>
    /// <exception cref="ImageFormatException">The image cannot be read or has other channels.</exception>
    public static PixelView Load(IImageSource source, int sample, int channels, ImageBuffer buffer)
    {
        source.Load(sample, buffer);
        if (buffer.Channels != channels)
        {
            int found = buffer.Channels;
            buffer.Release();
            throw new ImageFormatException(source.NameOf(sample), $"it has {found} channels, but the network has Channels {channels}.");
        }

        return buffer.View();
    }
}
