using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests.Maps;

/// <summary>Columns with a map an image.</summary>
[TestClass]
public sealed class MapColumnTests
{
    [TestMethod]
    [DataRow("Map", 4, 4)]
    [DataRow("Small", 2, 3)]
    [DataRow("Unknown", 4, 4)]
    public void Copy_SomeImagesSkipped_MapsStayWithTheirImages(string column, int rows, int columns)
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        // No image, one smaller than a patch, one of another size.
        var none = MapRow.Of(2);
        none.Image = null;
        var data = Load(ml, MapRow.Of(1), none, MapRow.Of(3, width: 3), MapRow.Of(4, width: 50, height: 40), MapRow.Of(5));
        using var scratch = new Data.ScratchDirectory(ml);
        using var maps = Maps(data, column, scratch);

        using var images = Copy(ml, data, maps, scratch);

        var given = maps.Finish();
        Assert.AreEqual((rows, columns), (given.Guidance!.Grid.Rows, given.Guidance.Grid.Columns));
        AssertAligned(images.Images, given.Guidance, [1, 4, 5]);
        Assert.Contains("2 of 5 images are skipped", log.Of(ChannelMessageKind.Warning)[^1]);
    }

    [TestMethod]
    public void Copy_SamePictureWithOtherMaps_KeepsBoth()
    {
        var ml = new MLContext();
        var other = MapRow.Of(1);
        other.Map = [.. Enumerable.Repeat(9f, 16)];
        var data = Load(ml, MapRow.Of(1), other);
        using var scratch = new Data.ScratchDirectory(ml);
        using var maps = Maps(data, "Map", scratch);
        using var images = Copy(ml, data, maps, scratch);

        var map = new float[16];
        maps.Finish().Guidance!.CopyTo(1, map);

        Assert.AreEqual(9f, map[5]);
    }

    [TestMethod]
    public void Copy_Boxes_CoverTheCellsOfTheOriginalImage()
    {
        var ml = new MLContext();
        // Large enough to be kept at a lower resolution; the box is in pixels of the original.
        var row = MapRow.Of(1, width: 160, height: 80);
        row.Box = [40, 20, 120, 30];
        var data = Load(ml, row);
        using var scratch = new Data.ScratchDirectory(ml);
        using var maps = Maps(data, "Box", scratch);
        using var images = Copy(ml, data, maps, scratch);

        var map = new float[16];
        maps.Finish().Guidance!.CopyTo(0, map);

        Assert.IsLessThan(80, images.Images.Load(0).Height);
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, map);
    }

    [TestMethod]
    [DataRow("Missing", "no column 'Missing'")]
    [DataRow("ImagePath", "Column 'ImagePath' holds String")]
    [DataRow("Doubles", "Column 'Doubles' holds Vector<Double, 16>")]
    [DataRow("Number", "Column 'Number' holds Single")]
    [DataRow("Seven", "Column 'Seven' is a vector of 7 Single, but a vector of Single with one map value for each of the encoder's 16 patches (4x4)")]
    public void Fit_UnusableColumn_NamesItAndWhatIsNeeded(string column, string expected)
    {
        var ml = new MLContext();
        var data = Load(ml, MapRow.Of(1), MapRow.Of(2));
        foreach (var options in new[] { Guided(column), Masked(column) })
        {
            var estimator = ml.MaskedPretraining.GuidedMae("Features", "Image", options);
            Assert.Contains(expected, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        }
    }

    [TestMethod]
    public void Fit_UnusableColumnInAChain_FailsBeforeTraining()
    {
        var ml = new MLContext();
        var chain = ml.Transforms.CopyColumns("Copy", "ImagePath").Append(ml.MaskedPretraining.GuidedMae("Features", "Image", Guided("Copy")));
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.GetOutputSchema(SchemaShapeOf(ml)));
        Assert.Contains("Column 'Copy' holds String, but a vector of Single", exception.Message);
    }

    [TestMethod]
    [DataRow(float.NaN, "Column 'Map' holds NaN in cell 3 in photo 2")]
    [DataRow(float.NegativeInfinity, "Column 'Map' holds -Infinity in cell 3 in photo 2")]
    public void Fit_MapThatIsNotFinite_NamesTheRow(float value, string expected)
    {
        foreach (var options in new[] { Guided("Map"), Masked("Map") })
        {
            Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => FitWith(value, options)).Message);
        }
    }

    [TestMethod]
    public void Fit_NegativeMap_IsRefusedForMasksAlone()
    {
        Assert.Contains("must be finite and at least 0", Assert.ThrowsExactly<InvalidDataException>(() => FitWith(-1, Masked("Map"))).Message);
        FitWith(-1, Guided("Map"));
    }

    [TestMethod]
    public void Fit_RowOfAnotherLength_NamesTheRow()
    {
        var ml = new MLContext();
        var wrong = MapRow.Of(2);
        wrong.Unknown = new float[15];
        var exception = Assert.ThrowsExactly<InvalidDataException>(
            () => ml.MaskedPretraining.GuidedMae("Features", "Image", Guided("Unknown")).Fit(Load(ml, MapRow.Of(1), wrong)));
        Assert.Contains("Column 'Unknown' holds 15 values in photo 2, but 16 are needed, one for each cell of a 4x4 grid", exception.Message);
    }

    [TestMethod]
    public void Fit_BoxInsideOut_NamesTheRow()
    {
        var ml = new MLContext();
        var wrong = MapRow.Of(2);
        wrong.Box = [9, 0, 3, 5];
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Guided("Box")).Fit(Load(ml, wrong, MapRow.Of(1))));
        Assert.Contains("Column 'Box' holds the box 9, 0, 3, 5 in photo 2, but x0 <= x1", exception.Message);
    }

    [TestMethod]
    public void GuidedMae_StrategyWithoutItsMaps_IsRefusedAtOnce()
    {
        var options = Tiny.Mae();
        options.Masking = Masking.Custom(new MapsOnly());

        string message = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options)).Message;

        Assert.Contains("Masking must name the column with its maps", message);
        Assert.Contains("MapsOnly", message);
    }

    [TestMethod]
    public void Fit_MapsOnAnotherGrid_SaysThatTheyAreResampled()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        ml.MaskedPretraining.GuidedMae("Features", "Image", Guided("Small")).Fit(Load(ml, MapRow.Of(1), MapRow.Of(2))).Dispose();
        Assert.IsTrue(log.Of(ChannelMessageKind.Info).Any(line => line.Contains("The maps of column 'Small' have 2x3 cells and the encoder 4x4 patches")));
    }

    private static GuidedMaeOptions Guided(string column)
    {
        var options = Tiny.Mae(epochs: 1);
        options.Guidance = LossGuidance.AttentionGuided(column);
        return options;
    }

    private static GuidedMaeOptions Masked(string column)
    {
        var options = Tiny.Mae(epochs: 1);
        options.Masking = Masking.Custom(new MapsOnly(), column);
        return options;
    }

    private static void FitWith(float value, GuidedMaeOptions options)
    {
        var ml = new MLContext();
        var wrong = MapRow.Of(2);
        wrong.Map[3] = value;
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(Load(ml, MapRow.Of(1), wrong)).Dispose();
    }

    private static IDataView Load(MLContext ml, params MapRow[] rows) => ml.Data.LoadFromEnumerable(rows);

    private static SchemaShape SchemaShapeOf(MLContext ml) => Data.SchemaShapes.Of(Load(ml, MapRow.Of(1)).Schema);

    private static TrainingMaps Maps(IDataView data, string column, Data.ScratchDirectory scratch) => new(data.Schema, Guided(column), scratch.Location);

    private static TrainingImages Copy(MLContext ml, IDataView data, TrainingMaps maps, Data.ScratchDirectory scratch)
    {
        using var channel = ((IChannelProvider)ml).Start("test");
        return TrainingImages.Open(data, "Image", Tiny.Encoder(), "ImagePath", scratch.File("images"), channel, maps, CancellationToken.None);
    }

    private static void AssertAligned(IImageSource images, Core.Attention.IAttentionMaps maps, int[] values)
    {
        Assert.AreEqual(values.Length, images.Count);
        Assert.AreEqual(values.Length, maps.Count);
        var map = new float[maps.Grid.Count];
        for (int image = 0; image < values.Length; image++)
        {
            maps.CopyTo(image, map);
            Assert.AreEqual(values[image], images.Load(image).Pixels[0]);
            Assert.IsTrue(map.All(value => value == values[image]), $"image {image}");
        }
    }
}
