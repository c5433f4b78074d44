namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The file of an <see cref="ImageStore"/>: eight bytes of magic, the images' bytes one after another in any order, an <see cref="ImageStoreEntry"/> an image,
/// then a footer (number of images: 8, offset of the index: 8, magic). All numbers are little-endian. The footer comes last, so that a file cut short is known as such.
/// </summary>
internal static class ImageStoreFormat
{
    /// <summary>Number of this layout; also at the end of <see cref="Magic"/>.</summary>
    public const int Version = 2;

    public const int FooterLength = 24;

    public static ReadOnlySpan<byte> Magic => "MPIMGS02"u8;
}
