using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>Returns the same image whatever the bytes, or fails on those that begin with "broken".</summary>
internal sealed class FixedDecoder(RgbImage image) : IImageDecoder
{
    public static FixedDecoder Tiny { get; } = new(new RgbImage(2, 2, new byte[12]));

    public RgbImage Decode(byte[] encoded, string name) =>
        encoded.AsSpan().StartsWith(Broken) ? throw new ImageFormatException(name, "the decoder gave up.") : image;

    /// <summary>Bytes that pass for an unknown binary format and that this decoder refuses.</summary>
    public static byte[] Broken { get; } = [0x00, 0x01, .. "broken"u8];
}
