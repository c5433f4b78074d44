namespace Microsoft.ML.Transforms.Image;

/// <summary>Which channels go where, and how they are scaled: value = (pixel - offset) * scale.</summary>
internal sealed class PixelExtraction
{
    private const string RedGreenBlueAlpha = "RGBA";

    public PixelExtraction(ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order, bool interleave, float offset, float scale, bool asFloat)
    {
        Colors = colors;
        Order = order;
        Interleave = interleave;
        Offset = asFloat ? offset : 0;
        Scale = asFloat ? scale : 1;
        AsFloat = asFloat;
        if (!float.IsFinite(Offset))
            throw new ArgumentOutOfRangeException("offsetImage");
        if (!float.IsFinite(Scale) || Scale == 0)
            throw new ArgumentOutOfRangeException("scaleImage");
        Channels = [.. order.ToString().Where(letter => colors.HasFlag(BitOf(letter))).Select(letter => RedGreenBlueAlpha.IndexOf(letter, StringComparison.Ordinal))];
        if (Channels.Length == 0)
            throw new ArgumentOutOfRangeException("colorsToExtract", "Need to use at least one color plane.");
    }

    public ImagePixelExtractingEstimator.ColorBits Colors { get; }

    public ImagePixelExtractingEstimator.ColorsOrder Order { get; }

    public bool Interleave { get; }

    public float Offset { get; }

    public float Scale { get; }

    public bool AsFloat { get; }

    /// <summary>For each plane the channel in it: 0 red, 1 green, 2 blue, 3 alpha.</summary>
    public int[] Channels { get; }

    private static ImagePixelExtractingEstimator.ColorBits BitOf(char letter) => letter switch
    {
        'A' => ImagePixelExtractingEstimator.ColorBits.Alpha,
        'R' => ImagePixelExtractingEstimator.ColorBits.Red,
        'G' => ImagePixelExtractingEstimator.ColorBits.Green,
        _ => ImagePixelExtractingEstimator.ColorBits.Blue,
    };
}
