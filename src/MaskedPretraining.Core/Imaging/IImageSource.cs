namespace MaskedPretraining.Core.Imaging;

/// <summary>Images by number. Implementations are thread safe: loader threads ask for different images at once.</summary>
public interface IImageSource
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>What to call an image in a message, for example its path.</summary>
    /// <param name="index">Image number, 0 to <see cref="Count"/> - 1.</param>
    string NameOf(int index);

    /// <summary>Reads an image.</summary>
    /// <param name="index">Image number, 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ImageFormatException">The image cannot be read; the message names it.</exception>
    RgbImage Load(int index);

    /// <summary>Reads an image into a buffer. Sources that decode, or keep pixels in memory, do so without leaving anything to the garbage collector.</summary>
    /// <param name="index">Image number, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="buffer">Holds the image until it takes another one.</param>
    /// <exception cref="ImageFormatException">The image cannot be read; the message names it.</exception>
    void Load(int index, ImageBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.Show(Load(index));
    }
}
