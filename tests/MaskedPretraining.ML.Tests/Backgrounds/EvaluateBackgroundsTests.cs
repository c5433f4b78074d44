using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests.Backgrounds;

/// <summary>A nearest-neighbour classifier of raw pixels, which look at the background most, since there is most of it.</summary>
[TestClass]
public sealed class EvaluateBackgroundsTests
{
    private const int Photos = 12;

    private readonly MLContext _ml = new();

    [TestMethod]
    public void EvaluateBackgrounds_ClassifierOfBackgrounds_IsRightWhereTheBackgroundIs()
    {
        var log = new LogLines(_ml);
        using var model = FitOnPhotos();

        var metrics = _ml.MaskedPretraining.EvaluateBackgrounds(model, PhotoView());

        Assert.HasCount(8, metrics.Variants);
        Assert.IsTrue(metrics.Variants.Values.All(score => score.Images == Photos));
        foreach (var variant in new[] { BackgroundVariant.Original, BackgroundVariant.MixedSame, BackgroundVariant.NoForeground, BackgroundVariant.OnlyForeground, BackgroundVariant.OnlyBackgroundTiled })
        {
            Assert.AreEqual(1.0, metrics.Variants[variant].Accuracy, $"{variant}");
        }

        Assert.AreEqual(0.0, metrics.Variants[BackgroundVariant.MixedRandom].Accuracy);
        Assert.AreEqual(0.0, metrics.Variants[BackgroundVariant.MixedNext].Accuracy);
        Assert.AreEqual(new BackgroundRobustness(1, 0), metrics.Robustness);
        string lines = string.Join('\n', log.Of(ChannelMessageKind.Info));
        Assert.Contains("MixedRandom: 0.000 of 12 photos right.", lines);
        Assert.Contains("BG-Gap (MixedSame - MixedRandom): 1.000.", lines);
    }

    [TestMethod]
    public void EvaluateBackgrounds_AnyViewAndColumnNames_IsTheSame()
    {
        using var model = Fit(_ml.Data.LoadFromEnumerable(Rows()), "Kind", "Photo");
        var options = new BackgroundEvaluationOptions { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Object", Variants = [BackgroundVariant.MixedNext, BackgroundVariant.MixedSame] };

        var metrics = _ml.MaskedPretraining.EvaluateBackgrounds(model, _ml.Data.LoadFromEnumerable(Rows()), options);

        Assert.AreSequenceEqual([BackgroundVariant.MixedSame, BackgroundVariant.MixedNext], metrics.Variants.Keys);
        Assert.AreEqual(1.0, metrics.Variants[BackgroundVariant.MixedSame].Accuracy);
        Assert.AreEqual(0.0, metrics.Variants[BackgroundVariant.MixedNext].Accuracy);
    }

    [TestMethod]
    public void EvaluateBackgrounds_AnyView_LeavesNoFile()
    {
        string scratch = Directory.CreateTempSubdirectory("backgrounds").FullName;
        try
        {
            _ml.TempFilePath = scratch;
            using var model = Fit(_ml.Data.LoadFromEnumerable(Rows()), "Kind", "Photo");
            string[] before = Directory.GetFileSystemEntries(scratch);
            var options = new BackgroundEvaluationOptions { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Object" };
            _ml.MaskedPretraining.EvaluateBackgrounds(model, _ml.Data.LoadFromEnumerable(Rows()), options);
            Refused(model, options, [.. Rows().Take(3)]);
            Assert.AreSequenceEqual(before, Directory.GetFileSystemEntries(scratch));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [TestMethod]
    public void EvaluateBackgrounds_RowsThatCannotBeTakenApart_AreNamed()
    {
        using var model = Fit(_ml.Data.LoadFromEnumerable(Rows()), "Kind", "Photo");
        var options = new BackgroundEvaluationOptions { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Object" };

        Assert.Contains("photo 1 has an empty mask in column 'Object'", Refused(model, options, [new Row(0), new Row(1) { Object = new float[256] }]));
        Assert.Contains("photo 1 holds no image in column 'Photo'", Refused(model, options, [new Row(0), new Row(1) { Photo = null }]));
        Assert.Contains("no rows with a class in column 'Kind'", Refused(model, options, [new Row(0) { Kind = "" }]));
        Assert.Contains("MixedSame cannot be made: photos of class 'green'", Refused(model, options, [new Row(0), new Row(1), new Row(3)]));
        Assert.Contains("MixedRandom cannot be made: photos of class 'red'", Refused(model, options, [new Row(0), new Row(3)]));
    }

    [TestMethod]
    public void EvaluateBackgrounds_ColumnsOfOtherTypes_AreRefused()
    {
        using var model = Fit(_ml.Data.LoadFromEnumerable(Rows()), "Kind", "Photo");
        foreach (var options in new BackgroundEvaluationOptions[]
        {
            new() { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Nothing" },
            new() { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Kind" },
            new() { LabelColumnName = "Kind", ImageColumnName = "Object", MaskColumnName = "Object" },
            new() { LabelColumnName = "Object", ImageColumnName = "Photo", MaskColumnName = "Object" },
            new() { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Object", PredictedLabelColumnName = "Answer" },
            new() { LabelColumnName = "Kind", ImageColumnName = "Photo", MaskColumnName = "Object", Variants = [] },
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MaskedPretraining.EvaluateBackgrounds(model, _ml.Data.LoadFromEnumerable(Rows()), options));
        }
    }

    [TestMethod]
    [DataRow("Number")]
    [DataRow("Key")]
    public void EvaluateBackgrounds_LabelsOfOtherTypes_AreComparedByName(string label)
    {
        using var model = FitWithoutLabels(Keyed());
        var options = new BackgroundEvaluationOptions { LabelColumnName = label, ImageColumnName = "Photo", MaskColumnName = "Object" };
        if (label == "Number")
        {
            options.ClassMap = new Dictionary<string, string> { ["red"] = "0", ["green"] = "1", ["blue"] = "2" };
        }

        Assert.AreEqual(new BackgroundRobustness(1, 0), _ml.MaskedPretraining.EvaluateBackgrounds(model, Keyed(), options).Robustness);
    }

    [TestMethod]
    public void EvaluateBackgrounds_ClassesThatTheClassifierDoesNotKnow_AreWrongAndNamed()
    {
        var log = new LogLines(_ml);
        using var model = FitOnPhotos();
        var variants = new Dictionary<BackgroundVariant, IDataView> { [BackgroundVariant.Original] = PhotoView() };
        var map = new Dictionary<string, string> { ["red"] = "red", ["green"] = "green" };

        var metrics = _ml.MaskedPretraining.EvaluateBackgrounds(model, variants, new BackgroundEvaluationOptions { ClassMap = map });

        Assert.AreEqual(new BackgroundAccuracy(Photos, Photos * 2 / 3), metrics.Variants[BackgroundVariant.Original]);
        Assert.IsNull(metrics.Robustness);
        Assert.Contains("does not know class 'blue'; its 4 photos", string.Join('\n', log.Of(ChannelMessageKind.Warning)));
        map = new Dictionary<string, string> { ["red"] = "rouge" };
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.MaskedPretraining.EvaluateBackgrounds(model, variants, new BackgroundEvaluationOptions { ClassMap = map }));
        Assert.Contains("they are red, green, blue, and it answers rouge", error.Message);
        Assert.Contains("ClassMap", error.Message);
    }

    [TestMethod]
    public void EvaluateBackgrounds_GeneratedScenes_TakesSplitsAndComposesTheRest()
    {
        var train = _ml.MaskedPretraining.GeneratedScenes(160, seed: 1);
        using var model = Fit(train, "Label", "Image");

        var splits = _ml.MaskedPretraining.EvaluateBackgrounds(model, _ml.MaskedPretraining.GeneratedSceneVariants(40, seed: 1));
        var composed = _ml.MaskedPretraining.EvaluateBackgrounds(model, train, new BackgroundEvaluationOptions { Variants = [BackgroundVariant.Original] });

        Assert.AreSequenceEqual([BackgroundVariant.Original, BackgroundVariant.MixedSame, BackgroundVariant.MixedRandom], splits.Variants.Keys);
        Assert.AreEqual(40, splits.Variants[BackgroundVariant.MixedSame].Images);
        Assert.AreEqual(1.0, composed.Variants[BackgroundVariant.Original].Accuracy, "each scene is its own nearest neighbour");
    }

    private IDataView PhotoView()
    {
        var squares = new ColorSquares(Photos);
        return _ml.MaskedPretraining.Images(squares, squares.Masks);
    }

    private TransformerChain<KnnTransformer> FitOnPhotos() => Fit(PhotoView(), "Label", "Image");

    private TransformerChain<KnnTransformer> Fit(IDataView data, string label, string image) => _ml.Transforms.Conversion.MapValueToKey(label)
        .Append(_ml.Transforms.ResizeImages("Resized", ColorSquares.Side, ColorSquares.Side, image))
        .Append(_ml.Transforms.ExtractPixels("Pixels", "Resized"))
        .Append(_ml.MaskedPretraining.Knn(label, "Pixels", neighbors: 1))
        .Fit(data);

    /// <summary>Rows in memory whose images, like those of any row, can be read once.</summary>
    private IDataView Keyed()
    {
        var rows = _ml.Data.LoadFromEnumerable(Rows());
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Kind").Fit(rows).Transform(rows);
    }

    /// <summary>A classifier that needs the photo alone.</summary>
    private TransformerChain<KnnTransformer> FitWithoutLabels(IDataView keyed) => _ml.Transforms.ResizeImages("Resized", ColorSquares.Side, ColorSquares.Side, "Photo")
        .Append(_ml.Transforms.ExtractPixels("Pixels", "Resized"))
        .Append(_ml.MaskedPretraining.Knn("Key", "Pixels", neighbors: 1))
        .Fit(keyed);

    private string Refused(ITransformer model, BackgroundEvaluationOptions options, params Row[] rows) =>
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.MaskedPretraining.EvaluateBackgrounds(model, _ml.Data.LoadFromEnumerable(rows), options)).Message;

    private static Row[] Rows() => [.. Enumerable.Range(0, Photos).Select(index => new Row(index))];

    private sealed class Row(int index)
    {
        private static readonly ColorSquares Squares = new(Photos);

        public string ImagePath { get; set; } = $"photo {index}";

        public string Kind { get; set; } = Squares.ClassNames[Squares.LabelOf(index)];

        public int Number { get; set; } = Squares.LabelOf(index);

        [ImageType(ColorSquares.Side, ColorSquares.Side)]
        public MLImage? Photo { get; set; } = PhotoOf(index);

        [VectorType(ColorSquares.Side, ColorSquares.Side)]
        public float[] Object { get; set; } = [.. ColorSquares.Mask.Inside.Select(isInside => isInside ? 1f : 0f)];

        private static MLImage PhotoOf(int index)
        {
            var buffer = new ImageBuffer();
            buffer.Show(Squares.Load(index));
            return MLImageConversion.FromRgb(buffer, "");
        }
    }
}
