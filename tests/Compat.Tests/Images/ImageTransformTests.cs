using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Compat.Tests.Images;

[TestClass]
public sealed class ImageTransformTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void ResizeImages_Pad_KeepsTheWholeImageInTheMiddle()
    {
        byte[] red = Planes(ImageRow.Of(40, 20, (_, _) => (255, 255, 255)), 20, ResizingKind.IsoPad)[0];
        // 20 x 10 pixels of white under 5 black lines, and 5 more below.
        Assert.AreEqual(20 * 10, red.Count(value => value > 250));
        Assert.AreEqual(20 * 10, red.Count(value => value == 0));
        Assert.AreEqual(0, red[4 * 20]);
        Assert.AreEqual(255, red[5 * 20]);
    }

    [TestMethod]
    [DataRow(Anchor.Left, 255, 0)]
    [DataRow(Anchor.Right, 0, 255)]
    [DataRow(Anchor.Center, 128, 128)]
    public void ResizeImages_Crop_ShowsTheAnchoredPart(Anchor anchor, int redShare, int blueShare)
    {
        byte[][] planes = Planes(ImageRow.Of(40, 20, (x, _) => x < 20 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)255)), 20, ResizingKind.IsoCrop, anchor);
        Assert.AreEqual(redShare, planes[0].Average(value => value), 1);
        Assert.AreEqual(blueShare, planes[2].Average(value => value), 1);
    }

    [TestMethod]
    public void ResizeImages_Crop_AveragesWhatItShrinks()
    {
        byte[] red = Planes(ImageRow.Of(32, 32, (x, y) => (x + y) % 2 == 0 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)0)), 8, ResizingKind.IsoCrop)[0];
        // Half of the pixels are lit: nearest neighbours would give black or white.
        Assert.IsTrue(red.All(value => value is > 100 and < 155), string.Join(' ', red));
    }

    [TestMethod]
    public void ResizeImages_Fill_TakesSinglePixels()
    {
        byte[] red = Planes(ImageRow.Of(32, 16, (x, y) => (x + y) % 2 == 0 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)0)), 8, ResizingKind.Fill)[0];
        Assert.IsTrue(red.All(value => value is 0 or 255));
    }

    [TestMethod]
    public void ExtractPixels_OrderOffsetAndScale_AreApplied()
    {
        // An image of the right size goes through as it is, and is freed with the cursor that it went through: each pass needs one of its own.
        static IDataView Data() => Context.Data.LoadFromEnumerable([ImageRow.Of(2, 1, (x, _) => ((byte)(10 + x), (byte)(20 + x), (byte)(30 + x)))]);
        var pipeline = Context.Transforms.ResizeImages("Sized", 2, 1, "Image").Append(Context.Transforms.ExtractPixels("Planar", "Sized"))
            .Append(Context.Transforms.ExtractPixels("Mixed", "Sized", orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ABGR, interleavePixelColors: true, offsetImage: 10, scaleImage: 0.5f));
        IDataView result = pipeline.Fit(Data()).Transform(Data());
        Assert.AreEqual("Vector<Single, 3, 1, 2>", result.Schema["Planar"].Type.ToString());
        Assert.AreEqual("Vector<Single, 1, 2, 3>", result.Schema["Mixed"].Type.ToString());
        CollectionAssert.AreEqual(new float[] { 10, 11, 20, 21, 30, 31 }, pipeline.Fit(Data()).Transform(Data()).GetColumn<float[]>("Planar").Single());
        CollectionAssert.AreEqual(new[] { 10, 5, 0, 10.5f, 5.5f, 0.5f }, result.GetColumn<float[]>("Mixed").Single());
    }

    [TestMethod]
    public void ExtractPixels_UnknownSize_IsRefused()
    {
        IDataView data = Context.Data.LoadFromEnumerable([ImageRow.Of(2, 1, (_, _) => (0, 0, 0))]);
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.ExtractPixels("Pixels", "Image").Fit(data));
        Assert.Contains("expected known-size image, got unknown-size image", error.Message);
    }

    [TestMethod]
    public void LoadImages_BrokenFile_ThrowsAtItsRow()
    {
        using var folder = new Folder();
        ImageRow.Of(3, 2, (_, _) => (1, 2, 3)).Image!.Save(folder.File("good.png"));
        File.WriteAllText(folder.File("bad.png"), "no image");
        IDataView data = Context.Data.LoadFromEnumerable(new[] { "good.png", "", "bad.png" }.Select(path => new PathRow { Path = path }).ToArray());
        IDataView images = Context.Transforms.LoadImages("Image", folder.Path, "Path").Fit(data).Transform(data);
        using IEnumerator<ImageRow> rows = Context.Data.CreateEnumerable<ImageRow>(images, reuseRowObject: false).GetEnumerator();
        Assert.IsTrue(rows.MoveNext());
        Assert.AreEqual(3, rows.Current.Image!.Width);
        Assert.AreEqual(folder.File("good.png"), rows.Current.Image.Tag);
        MLImage former = rows.Current.Image;
        Assert.IsTrue(rows.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => former.Width, "the image of a row goes with the row");
        Assert.IsNull(rows.Current.Image);
        Assert.ThrowsExactly<ArgumentException>(() => rows.MoveNext());
    }

    [TestMethod]
    public void LoadImages_NoFolder_IsRefused()
        => Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.LoadImages("Image", "/nowhere/at/all", "Path"));

    private static byte[][] Planes(ImageRow row, int side, ResizingKind kind, Anchor anchor = Anchor.Center)
    {
        IDataView data = Context.Data.LoadFromEnumerable([row]);
        IDataView result = Context.Transforms.ResizeImages("Sized", side, side, "Image", kind, anchor)
            .Append(Context.Transforms.ExtractPixels("Pixels", "Sized", outputAsFloatArray: false)).Fit(data).Transform(data);
        byte[] pixels = result.GetColumn<byte[]>("Pixels").Single();
        return [.. pixels.Chunk(side * side)];
    }
}
