namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What is trained, by default ViT-Ti on 32-pixel images, three quarters of the patches masked.</summary>
internal sealed record BenchShape
{
    /// <summary>ViT-B on 224-pixel images with MAE's decoder.</summary>
    public static BenchShape Base { get; } = new()
    {
        Side = 224, Patch = 16, Width = 768, Heads = 12, DecoderWidth = 512, DecoderDepth = 8, DecoderHeads = 16, Batch = 32,
    };

    public int Side { get; init; } = 32;

    public int Channels { get; init; } = 3;

    public int Patch { get; init; } = 4;

    public int Width { get; init; } = 192;

    public int Depth { get; init; } = 12;

    public int Heads { get; init; } = 3;

    public int DecoderWidth { get; init; } = 128;

    public int DecoderDepth { get; init; } = 4;

    public int DecoderHeads { get; init; } = 4;

    public int Batch { get; init; } = 128;

    public double MaskRatio { get; init; } = 0.75;

    public int Patches => Side / Patch * (Side / Patch);

    public int Visible => (int)(Patches * (1 - MaskRatio));

    public int PatchLength => Patch * Patch * Channels;

    /// <summary>Floating-point operations of the matrix products of one step (forward, and twice that backward), a visible token counted where it is needed.</summary>
    public double FlopsPerImage
    {
        get
        {
            double encoder = Tokens(Visible + 1, Width, Depth), decoder = Tokens(Patches + 1, DecoderWidth, DecoderDepth);
            double ends = ((double)Visible * PatchLength * Width) + ((Visible + 1.0) * Width * DecoderWidth) + ((Patches - Visible) * (double)DecoderWidth * PatchLength);
            return 6 * (encoder + decoder + ends);

            static double Tokens(int count, int width, int depth) => depth * ((count * 12.0 * width * width) + (2.0 * count * count * width));
        }
    }
}
