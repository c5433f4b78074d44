using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.ML.Tests;

/// <summary>A small square of the class's colour on a large background, which in these photos has the class's colour as well, only darker.</summary>
internal sealed class ColorSquares(int count) : ILabeledImageSource
{
    public const int Side = 16;

    private const int First = 6;
    private const int Last = 9;

    public int Count => count;

    public IReadOnlyList<string> ClassNames { get; } = ["red", "green", "blue"];

    public IImageSource Masks => new MaskSource(count);

    public string NameOf(int index) => $"square {index}";

    public int LabelOf(int index) => index % ClassNames.Count;

    public RgbImage Load(int index)
    {
        var pixels = new byte[Side * Side * 3];
        for (int pixel = 0; pixel < Side * Side; pixel++)
        {
            // Photos of a class differ a little, so that each is its own.
            pixels[3 * pixel + LabelOf(index)] = (byte)(Mask.Inside[pixel] ? 200 : 100 + index);
        }

        return new RgbImage(Side, Side, pixels);
    }

    public static ObjectMask Mask { get; } =
        new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(pixel => pixel / Side is >= First and <= Last && pixel % Side is >= First and <= Last)]);

    private sealed class MaskSource(int count) : IImageSource
    {
        public int Count => count;

        public string NameOf(int index) => $"mask {index}";

        public RgbImage Load(int index) => Mask.ToImage();
    }
}
