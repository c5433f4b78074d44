using System.Buffers;
using Compat.Tests.Support;
using Microsoft.ML.Data;

namespace Compat.Tests.Images;

[TestClass]
public sealed class DecodingTests
{
    // JPEG of quality 90 and more may move a flat colour by a step or two.
    private const int JpegTolerance = 3;

    /// <summary>8 x 8 pixels of grey 200, one component.</summary>
    private const string GreyJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APsCv//Z";

    /// <summary>8 x 8 pixels, four components marked by Adobe's application as YCCK, of the inverted colours 240, 120, 60 without black.</summary>
    private const string FourColourJpeg =
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/EAB8BAAMBAQEBAQEBAQEAAAAAAAABAgMEBQYHCAkKC//EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEHYXETIjKBCBRCkaGxwQkjM1LwFWJy0QoWJDThJfEXGBkaJicoKSo1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoKDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uLj5OXm5+jp6vLz9PX29/j5+v/aAA4EAQACEQMRBAAAPwDyev7IP8+z9/K//9k=";

    [TestMethod]
    public void CreateFromStream_GreyJpeg_HasEqualColours() => AssertFlat(Convert.FromBase64String(GreyJpeg), 8, 200, 200, 200);

    [TestMethod]
    public void CreateFromStream_FourColourJpeg_IsInvertedBack() => AssertFlat(Convert.FromBase64String(FourColourJpeg), 8, 240, 120, 60);

    [TestMethod]
    public void CreateFromStream_BrokenOffJpeg_GivesTheUpperPart()
    {
        using var folder = new Folder();
        byte[] bytes = SaveJpeg(folder.File("whole.jpg"));
        using MLImage decoded = MLImage.CreateFromFile(folder.File("whole.jpg"));
        using MLImage part = MLImage.CreateFromStream(new MemoryStream(bytes[..(bytes.Length * 3 / 4)]));
        Assert.AreEqual(64, part.Width);
        Assert.IsTrue(part.Pixels[..(64 * 16 * 4)].SequenceEqual(decoded.Pixels[..(64 * 16 * 4)]), "the first block rows are whole");
        Assert.IsFalse(part.Pixels.SequenceEqual(decoded.Pixels));
    }

    /// <summary>Pixels lie in memory that other images had before; what a broken-off file leaves open must not show them.</summary>
    [TestMethod]
    public void CreateFromStream_BrokenOffJpeg_ShowsNothingOfEarlierImages()
    {
        using var folder = new Folder();
        byte[] whole = SaveJpeg(folder.File("whole.jpg"));
        using MLImage one = After(1), other = After(2);
        CollectionAssert.AreEqual(one.Pixels.ToArray(), other.Pixels.ToArray());

        MLImage After(byte stale)
        {
            byte[] pixels = ArrayPool<byte>.Shared.Rent(64 * 64 * 4);
            Array.Fill(pixels, stale);
            ArrayPool<byte>.Shared.Return(pixels);
            return MLImage.CreateFromStream(new MemoryStream(whole[..(whole.Length / 2)]));
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("not an image")]
    [DataRow("GIF89a")]
    public void CreateFromStream_NoImage_Throws(string text)
        => Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text))));

    [TestMethod]
    public void CreateFromStream_JpegHeaderAlone_Throws()
        => Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([0xFF, 0xD8, 0xFF, 0xE0])));

    [TestMethod]
    public void CreateFromFile_NoFile_Throws() => Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromFile("/nowhere/at/all.png"));

    [TestMethod]
    public void CreateFromStream_Palette_HasItsColours()
        => AssertPng([9, 8, 7, 255, 3, 2, 1, 255], TinyPng.Write(2, 1, 8, TinyPng.Palette, [[0, 0, 1]], [7, 8, 9, 1, 2, 3]));

    [TestMethod]
    public void CreateFromStream_OneBitGrey_IsBlackAndWhite()
        => AssertPng([255, 255, 255, 255, 0, 0, 0, 255], TinyPng.Write(2, 1, 1, TinyPng.Grey, [[0, 0x80]]));

    [TestMethod]
    public void CreateFromStream_SixteenBitColour_TakesTheUpperByte()
        => AssertPng([30, 20, 10, 255], TinyPng.Write(1, 1, 16, TinyPng.Colour, [[0, 10, 10, 20, 20, 30, 30]]));

    [TestMethod]
    public void CreateFromStream_Alpha_IsMultipliedIn()
        => AssertPng([0, 50, 100, 128, 0, 0, 0, 0], TinyPng.Write(2, 1, 8, TinyPng.ColourAlpha, [[0, 200, 100, 0, 128, 9, 9, 9, 0]]));

    [TestMethod]
    public void CreateFromStream_GreyAlpha_IsMultipliedIn()
        => AssertPng([100, 100, 100, 128], TinyPng.Write(1, 1, 8, TinyPng.GreyAlpha, [[0, 200, 128]]));

    [TestMethod]
    public void Save_Png_GivesTheSamePixels()
    {
        using var folder = new Folder();
        byte[] pixels = [1, 2, 3, 255, 250, 128, 0, 255];
        using MLImage image = MLImage.CreateFromPixels(1, 2, MLPixelFormat.Rgba32, pixels);
        image.Save(folder.File("a.png"));
        using MLImage back = MLImage.CreateFromFile(folder.File("a.png"));
        CollectionAssert.AreEqual(new byte[] { 3, 2, 1, 0, 128, 250 }, back.GetBGRPixels);
        Assert.ThrowsExactly<ArgumentException>(() => image.Save(folder.File("a.unknown")));
    }

    [TestMethod]
    public void Dispose_ThenUse_Throws()
    {
        MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);
        image.Dispose();
        Assert.ThrowsExactly<InvalidOperationException>(() => image.Width);
    }

    /// <summary>Memory that went back twice would be given to two images at once.</summary>
    [TestMethod]
    public void Dispose_Twice_GivesMemoryBackOnce()
    {
        MLImage first = MLImage.CreateFromStream(new MemoryStream(Convert.FromBase64String(GreyJpeg)));
        first.Dispose();
        first.Dispose();
        using MLImage grey = MLImage.CreateFromStream(new MemoryStream(Convert.FromBase64String(GreyJpeg)));
        byte[] before = grey.Pixels.ToArray();
        using MLImage colours = MLImage.CreateFromStream(new MemoryStream(Convert.FromBase64String(FourColourJpeg)));
        CollectionAssert.AreEqual(before, grey.Pixels.ToArray());
        CollectionAssert.AreNotEqual(before, colours.Pixels.ToArray());
    }

    // 64 x 64 pixels.
    private static byte[] SaveJpeg(string path)
    {
        using MLImage image = MLImage.CreateFromPixels(64, 64, MLPixelFormat.Bgra32, Enumerable.Range(0, 64 * 64).SelectMany(i => new byte[] { (byte)(i * 7), (byte)(i / 5), (byte)(i / 64 * 4), 255 }).ToArray());
        image.Save(path);
        return File.ReadAllBytes(path);
    }

    private static void AssertPng(byte[] bgra, byte[] file)
    {
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(file));
        Assert.AreEqual(MLPixelFormat.Bgra32, image.PixelFormat);
        CollectionAssert.AreEqual(bgra, image.Pixels.ToArray());
    }

    private static void AssertFlat(byte[] file, int side, int red, int green, int blue)
    {
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(file));
        Assert.AreEqual(side, image.Width);
        Assert.AreEqual(side, image.Height);
        for (int i = 0; i < image.Pixels.Length; i += 4)
        {
            Assert.AreEqual(blue, image.Pixels[i], JpegTolerance);
            Assert.AreEqual(green, image.Pixels[i + 1], JpegTolerance);
            Assert.AreEqual(red, image.Pixels[i + 2], JpegTolerance);
            Assert.AreEqual(255, image.Pixels[i + 3]);
        }
    }
}
