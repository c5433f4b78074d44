using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Randomness;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Segmentation;

/// <summary>A red or green square of whole patches on blue noise, with its masks.</summary>
internal sealed class SquarePhoto
{
    private const int Patch = 4;

    [VectorType(3 * Tiny.Side * Tiny.Side)]
    public float[] Pixels { get; set; } = [];

    [VectorType(Tiny.Side, Tiny.Side)]
    public byte[] Mask { get; set; } = [];

    /// <summary>0 background, 1 red, 2 green; the first row of pixels is ignored.</summary>
    [VectorType(Tiny.Side, Tiny.Side)]
    public float[] Classes { get; set; } = [];

    /// <summary>Four thirds as wide as high.</summary>
    [VectorType(12, 16)]
    public float[] OtherSize { get; set; } = new float[12 * 16];

    [VectorType(5)]
    public float[] Few { get; set; } = new float[5];

    public static SquarePhoto[] Take(int count) => [.. Enumerable.Range(0, count).Select(Of)];

    private static SquarePhoto Of(int index)
    {
        const int Side = Tiny.Side, Area = Side * Side;
        var random = new RandomStream(3, RandomPurpose.Scene, 0, index);
        var (top, left, color) = (Patch * random.NextInt32(3), Patch * random.NextInt32(3), index % 2);
        var photo = new SquarePhoto { Pixels = new float[3 * Area], Mask = new byte[Area], Classes = new float[Area] };
        for (int pixel = 0; pixel < Area; pixel++)
        {
            bool isInside = pixel / Side >= top && pixel / Side < top + (2 * Patch) && pixel % Side >= left && pixel % Side < left + (2 * Patch);
            photo.Mask[pixel] = isInside ? (byte)1 : (byte)0;
            photo.Classes[pixel] = pixel < Side ? ClassMask.Ignored : isInside ? 1 + color : 0;
            for (int channel = 0; channel < 3; channel++)
            {
                int bright = isInside ? color : 2;
                photo.Pixels[(channel * Area) + pixel] = (channel == bright ? 180 : 20) + random.NextInt32(40);
            }
        }

        return photo;
    }
}
