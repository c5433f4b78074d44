using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Maps;

[TestClass]
public sealed class EvaluateMapsTests
{
    private const double Exact = 1e-6; // maps are single precision

    private static readonly MLContext Context = new();

    [TestMethod]
    public void EvaluateMaps_VectorMasks_ScoresPixelsAndBoxes()
    {
        var metrics = Context.MaskedPretraining.EvaluateMaps(View(new Row(), new Row { Map = [1, 0, 0, 0] }), "Map", maskColumnName: "Mask");
        Assert.AreEqual(2, metrics.Images);
        Assert.AreEqual(0.5, metrics.CorLoc, Exact, "the second map shows another corner");
        Assert.AreEqual(0.5, metrics.PointingGame, Exact);
        Assert.AreEqual(0.25, metrics.AreaShare, Exact);
        Assert.AreEqual(0.5, metrics.EnergyInside, Exact);
        Assert.IsNotNull(metrics.MaskIou);
        Assert.IsNotNull(metrics.MaxFBeta);
    }

    [TestMethod]
    public void EvaluateMaps_Boxes_ScoresNoPixels()
    {
        var metrics = Context.MaskedPretraining.EvaluateMaps(View(new Row()), "Map", boxColumnName: "Box");
        Assert.AreEqual(1, metrics.CorLoc);
        Assert.AreEqual(1, metrics.BoxIou, Exact);
        Assert.IsNull(metrics.MaskIou);
    }

    [TestMethod]
    public void EvaluateMaps_MaskImages_AreInsideWhereBright()
    {
        var black = MLImage.CreateFromPixels(4, 4, MLPixelFormat.Bgra32, new byte[64]);
        var pixels = new byte[64];
        for (int pixel = 0; pixel < 16; pixel++)
        {
            pixels.AsSpan(pixel * 4, 4).Fill(pixel / 4 >= 2 && pixel % 4 >= 2 ? (byte)255 : (byte)0);
        }

        var white = MLImage.CreateFromPixels(4, 4, MLPixelFormat.Bgra32, pixels);
        Assert.AreEqual(1, Context.MaskedPretraining.EvaluateMaps(View(new Row { Picture = white }), "Map", maskColumnName: "Picture").CorLoc);
        AssertRefused(View(new Row { Picture = white }, new Row { Picture = black }), "Picture", "Row 1", "empty");
    }

    [TestMethod]
    public void EvaluateMaps_RowsThatCannotBeScored_AreNamed()
    {
        AssertRefused(View(new Row(), new Row { Map = [0, float.NaN, 0, 0] }), "Mask", "Row 1", "NaN");
        AssertRefused(View(new Row { Map = [0, 2, 0, 0] }), "Mask", "Row 0", "0..1");
        AssertRefused(View(new Row { Mask = new float[16] }), "Mask", "Row 0", "empty");
        AssertRefused(View(), "Mask", "no rows", "");
        var box = Assert.ThrowsExactly<InvalidDataException>(() => Context.MaskedPretraining.EvaluateMaps(View(new Row { Box = [0, 0, 40, 40] }), "Map", boxColumnName: "Box"));
        StringAssert.Contains(box.Message, "shares");
    }

    [TestMethod]
    public void EvaluateMaps_ColumnsOfOtherTypes_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateMaps(View(new Row()), "Box", maskColumnName: "Mask"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateMaps(View(new Row()), "Map", maskColumnName: "Box"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateMaps(View(new Row()), "Nothing", maskColumnName: "Mask"));
        Assert.ThrowsExactly<ArgumentException>(() => Context.MaskedPretraining.EvaluateMaps(View(new Row()), "Map"));
    }

    private static void AssertRefused(IDataView data, string mask, string row, string reason)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Context.MaskedPretraining.EvaluateMaps(data, "Map", maskColumnName: mask));
        StringAssert.Contains(error.Message, row);
        StringAssert.Contains(error.Message, reason);
    }

    private static IDataView View(params Row[] rows) => Context.Data.LoadFromEnumerable(rows);

    /// <summary>An object in the lower right quarter, and a map of it.</summary>
    private sealed class Row
    {
        [VectorType(2, 2)]
        public float[] Map { get; set; } = [0, 0, 0, 1];

        [VectorType(4, 4)]
        public float[] Mask { get; set; } = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1];

        [VectorType(4)]
        public float[] Box { get; set; } = [0.5f, 0.5f, 1, 1];

        [Microsoft.ML.Transforms.Image.ImageType(4, 4)]
        public MLImage? Picture { get; set; }
    }
}
