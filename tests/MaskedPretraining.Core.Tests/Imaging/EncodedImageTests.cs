using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class EncodedImageTests
{
    // Stored pixels:  1 2 3
    //                 4 5 6
    private static readonly RgbImage Stored = new(3, 2, [1, 2, 3, 4, 5, 6], channels: 1);

    [TestMethod]
    [DataRow(1, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [DataRow(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [DataRow(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [DataRow(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [DataRow(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [DataRow(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [DataRow(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [DataRow(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public void Decode_ExifOrientation_TurnsUpright(int orientation, int width, byte[] upright)
    {
        foreach (bool littleEndian in new[] { true, false })
        {
            RgbImage image = EncodedImage.Decode(JpegBytes.WithOrientation(orientation, littleEndian), "photo.jpg", new FixedDecoder(Stored));

            Assert.AreEqual(width, image.Width);
            Assert.AreSequenceEqual(upright, image.Pixels);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(9)]
    public void Decode_NonsenseOrientation_LeavesImage(int orientation) =>
        Assert.AreSame(Stored, EncodedImage.Decode(JpegBytes.WithOrientation(orientation, true), "photo.jpg", new FixedDecoder(Stored)));

    [TestMethod]
    public void Decode_DamagedExif_NeverLosesThePhoto()
    {
        byte[] whole = JpegBytes.WithOrientation(6, true);
        var random = new Random(4);
        for (int trial = 0; trial < 3000; trial++)
        {
            // Inside the EXIF segment (after start of image 2, JFIF 9, marker and length 4) any byte may be wrong.
            byte[] damaged = [.. whole];
            for (int hit = 0; hit < 3; hit++)
            {
                damaged[15 + random.Next(40)] = (byte)random.Next(256);
            }

            RgbImage image = EncodedImage.Decode(damaged, "photo.jpg", new FixedDecoder(Stored));

            Assert.AreEqual(6, image.Pixels.Length);
        }
    }

    [TestMethod]
    public void Decode_Nonsense_NamesFileAndReason()
    {
        AssertRefused([], "empty");
        AssertRefused("<html>not found</html>"u8.ToArray(), "text file");
        AssertRefused([0xFF, 0xD8, 0xFF], "ends before its frame header");
        AssertRefused([0xFF, 0xD8, .. JpegBytes.Segment(0xE0, "JFIF"u8), 0xFF, 0xDA, 0, 2], "ends before its frame header");
        AssertRefused([0xFF, 0xD8, .. JpegBytes.Frame(3, 2), 0xFF, 0xDA, 0, 2], "breaks off");
        AssertRefused([0xFF, 0xD8, .. JpegBytes.Frame(60000, 60000), .. JpegBytes.End], "60000x60000");
        AssertRefused([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0], "ends in its header");
        AssertRefused([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 3, 0, 0, 0, 2], "breaks off");
    }

    [TestMethod]
    public void Decode_DecoderThrowsAnything_NamesTheImage()
    {
        var error = Assert.ThrowsExactly<ImageFormatException>(() => EncodedImage.Decode(JpegBytes.WithOrientation(1, true), "photo.jpg", new FailingDecoder()));

        Assert.AreEqual("photo.jpg cannot be read as an image: the decoder failed on its 3x2 pixels (no idea)", error.Message);
        Assert.IsInstanceOfType<NotSupportedException>(error.InnerException);
    }

    [TestMethod]
    public void Read_RealPhotos_FindsTheirSize()
    {
        if (SharedData.Find("data/natural/val") is not { } folder)
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories))
        {
            ImageHeader header = ImageHeader.Read(File.ReadAllBytes(path), path);

            // Reduced to 128 where it was longer.
            Assert.IsInRange(64, 128, Math.Min(header.Width, header.Height), path);
        }
    }

    private static void AssertRefused(byte[] encoded, string reason)
    {
        var error = Assert.ThrowsExactly<ImageFormatException>(() => EncodedImage.Decode(encoded, "some/photo.jpg", FixedDecoder.Tiny));

        Assert.StartsWith("some/photo.jpg cannot be read as an image: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    private sealed class FailingDecoder : IImageDecoder
    {
        public RgbImage Decode(byte[] encoded, string name) => throw new NotSupportedException("no idea");
    }
}
