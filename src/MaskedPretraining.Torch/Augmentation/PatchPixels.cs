using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Augmentation;

/// <summary>Where the pixels of a box lie in an image that is cut into patches.</summary>
internal static class PatchPixels
{
    /// <summary>Numbers of the pixels among the <c>N*P*P</c> of an image, patch by patch, in the order of the box's rows.</summary>
    /// <param name="box">Lies inside the image.</param>
    /// <param name="architecture">Image and patch size.</param>
    public static long[] Of(CropBox box, VisionTransformerOptions architecture)
    {
        var numbers = new long[box.Height * box.Width];
        Write(box, architecture, 0, numbers);
        return numbers;
    }

    /// <summary>The same numbers into a buffer.</summary>
    /// <param name="box">Lies inside the image.</param>
    /// <param name="architecture">Image and patch size.</param>
    /// <param name="first">Number of the image's first pixel.</param>
    /// <param name="numbers"><c>[box.Height * box.Width]</c>.</param>
    public static void Write(CropBox box, VisionTransformerOptions architecture, long first, Span<long> numbers)
    {
        int side = architecture.PatchSize, columns = architecture.Grid.Columns, next = 0;
        for (int y = box.Top; y < box.Top + box.Height; y++)
        {
            for (int x = box.Left; x < box.Left + box.Width; x++)
            {
                long patch = (y / side * columns) + (x / side);
                numbers[next++] = first + (((patch * side) + (y % side)) * side) + (x % side);
            }
        }
    }
}
