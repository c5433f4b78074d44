using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Compat.Tests.Images;

public sealed class ImageRow
{
    [ImageType]
    public MLImage? Image { get; set; }

    public static ImageRow Of(int width, int height, Func<int, int, (byte R, byte G, byte B)> colour)
    {
        var pixels = new byte[width * height * 4];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (byte r, byte g, byte b) = colour(x, y);
                new[] { b, g, r, (byte)255 }.CopyTo(pixels, (y * width + x) * 4);
            }
        }

        return new ImageRow { Image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels) };
    }
}
