using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests.Maps;

/// <summary>A one-coloured image with every kind of map column.</summary>
internal sealed class MapRow
{
    [ImageType]
    public MLImage? Image { get; set; }

    public string ImagePath { get; set; } = "";

    /// <summary>One value a patch of the tiny encoder.</summary>
    [VectorType(16)]
    public float[] Map { get; set; } = new float[16];

    [VectorType(2, 3)]
    public float[] Small { get; set; } = new float[6];

    [VectorType(4)]
    public float[] Box { get; set; } = new float[4];

    public float[] Unknown { get; set; } = new float[16];

    [VectorType(7)]
    public float[] Seven { get; set; } = new float[7];

    [VectorType(16)]
    public double[] Doubles { get; set; } = new double[16];

    public float Number { get; set; }

    /// <summary>Grey of this value; maps that hold it everywhere.</summary>
    public static MapRow Of(int value, int width = Tiny.Side, int height = Tiny.Side) => new()
    {
        Image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, [.. Enumerable.Repeat((byte)value, width * height * 4)]),
        ImagePath = $"photo {value}",
        Map = [.. Enumerable.Repeat((float)value, 16)],
        Small = [.. Enumerable.Repeat((float)value, 6)],
        Unknown = [.. Enumerable.Repeat((float)value, 16)],
    };
}
