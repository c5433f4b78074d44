namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The file of an <see cref="ImageStore"/>: eight bytes of magic, the images' bytes one after another, an index entry an image (offset: 8 bytes, width, height: 4 each),
/// then a footer (number of images: 4, channels: 4, offset of the index: 8, magic). All numbers are little-endian. The footer comes last, so that a file cut short is known as such.
/// </summary>
internal static class ImageStoreFormat
{
    public const int EntryLength = 16;
    public const int FooterLength = 24;

    public static ReadOnlySpan<byte> Magic => "MPIMGS01"u8;
}
