using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests.Segmentation;

/// <summary>Masks and scores that cannot be used, each with what to do.</summary>
[TestClass]
public sealed class SegmentationInputTests
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly Lazy<EncoderWeights> Encoder = new(() =>
    {
        using var transformer = Context.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(Context.MaskedPretraining.Images(new ColorImages(4)));
        return transformer.Weights;
    });

    [TestMethod]
    public void Fit_MaskImages_AreReadInBothMeanings()
    {
        var pictures = Pictures(20, 20, (1, 1, 1));
        var options = new SegmentationOptions { Masks = SegmentationMasks.ClassNumbers, Training = { Epochs = 1 } };
        using var numbers = Context.MaskedPretraining.SegmentationProbe(Encoder.Value, options: options).Fit(pictures);
        Assert.AreEqual(2, Context.MaskedPretraining.EvaluateSegmentation(numbers.Transform(pictures), masks: SegmentationMasks.ClassNumbers).Images);
        using var objects = Context.MaskedPretraining.SegmentationProbe(Encoder.Value, options: new SegmentationOptions { Training = { Epochs = 1 } }).Fit(Pictures(20, 20, (255, 255, 255)));
        Assert.AreEqual(2, Context.MaskedPretraining.EvaluateSegmentation(objects.Transform(pictures)).Images);
    }

    [TestMethod]
    public void Fit_MaskOfAnotherSizeThanItsImage_NamesRowAndSizes() =>
        AssertRefused(Pictures(12, 20, (255, 255, 255)), new SegmentationOptions(), "Row 0", "12x20", "20x20");

    [TestMethod]
    public void Fit_MissingMask_NamesTheRow() =>
        AssertRefused(Context.Data.LoadFromEnumerable(new[] { new Picture { Image = Image(16, 16, (9, 9, 9)), Mask = null! } }), new SegmentationOptions(), "Row 0", "no mask");

    [TestMethod]
    public void Fit_ColouredMasks_AreNoClassNumbers() =>
        AssertRefused(Pictures(20, 20, (255, 255, 254)), Numbers(2), "Row 0", "coloured (255, 255, 254)", "palette");

    [TestMethod]
    public void Fit_ClassAboveTheCount_SaysWhichAndWhatToDo() =>
        AssertRefused(Pictures(20, 20, (7, 7, 7)), Numbers(3), "Row 0", "the class 7, but there are 3", "Classes");

    [TestMethod]
    public void Fit_OnlyBackground_AsksForAnotherClass() =>
        AssertRefused(Pictures(20, 20, (0, 0, 0)), new SegmentationOptions(), "class 0", "at least two classes", "'Mask'");

    [TestMethod]
    public void Fit_NoRows_SaysSo() =>
        AssertRefused(Context.Data.TakeRows(Pictures(20, 20, (255, 255, 255)), 0), new SegmentationOptions(), "no rows", "mask", "");

    [TestMethod]
    public void Fit_VectorsOfNumbersThatAreNoClasses_AreRefused()
    {
        var photo = SquarePhoto.Take(1)[0];
        photo.Classes[3] = 0.5f;
        var estimator = Context.MaskedPretraining.SegmentationProbe(Encoder.Value, "Classes", "Pixels", Numbers(3));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => estimator.Fit(Context.Data.LoadFromEnumerable(new[] { photo }))).Message, "whole numbers");
    }

    [TestMethod]
    public void Fit_MaskVectorsOfAnyShape_CoverTheWholeImage()
    {
        var photos = SquarePhoto.Take(2);
        photos[0].OtherSize[50] = 1;
        var estimator = Context.MaskedPretraining.SegmentationProbe(Encoder.Value, "OtherSize", "Pixels", new SegmentationOptions { Training = { Epochs = 1 } });
        using var model = estimator.Fit(Context.Data.LoadFromEnumerable(photos));
        Assert.HasCount(1, model.Metrics);
    }

    [TestMethod]
    public void Fit_ColumnsOfOtherTypes_AreRefused()
    {
        var data = Context.Data.LoadFromEnumerable(SquarePhoto.Take(1));
        foreach (var (mask, input) in new[] { ("Few", "Pixels"), ("Nothing", "Pixels"), ("Mask", "Few"), ("Mask", "Nothing") })
        {
            var estimator = Context.MaskedPretraining.SegmentationProbe(Encoder.Value, mask, input);
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data), $"{mask} {input}");
        }
    }

    [TestMethod]
    public void SegmentationProbe_SeveralBadOptions_NamesThemAll()
    {
        var options = new SegmentationOptions { Classes = 3, ScoreColumnName = " ", PredictedMaskColumnName = "A", ForegroundColumnName = "A", Training = { BatchSize = 0 } };
        Assert.HasCount(4, Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.SegmentationProbe(Encoder.Value, options: options)).Errors);
    }

    [TestMethod]
    public void EvaluateSegmentation_ByHand_InterpolatesAndCounts()
    {
        // Two cells on four pixels: class 1 has -2, -1.25, 0.25 and 1 there, class 0 nothing.
        var metrics = Context.MaskedPretraining.EvaluateSegmentation(Scored(new ScoredRow()), "Scores");
        Assert.AreEqual(0.75, metrics.PixelAccuracy);
        Assert.AreEqual((0.5 + (2.0 / 3)) / 2, metrics.MeanIou, 1e-12);
    }

    [TestMethod]
    public void EvaluateSegmentation_RowsThatCannotBeScored_AreNamed()
    {
        AssertUnscored(Scored(new ScoredRow(), new ScoredRow { Scores = [0, float.NaN, 0, 0] }), SegmentationMasks.Objects, "Row 1", "not finite");
        AssertUnscored(Scored(new ScoredRow { Mask = [0, 1, 2, 0] }), SegmentationMasks.ClassNumbers, "Row 0", "class 2");
        AssertUnscored(Scored(), SegmentationMasks.Objects, "no rows", "");
    }

    [TestMethod]
    public void EvaluateSegmentation_ColumnsOfOtherTypes_AreRefused()
    {
        var data = Scored(new ScoredRow());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateSegmentation(data, "Mask"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateSegmentation(data, "Scores", "Scores"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateSegmentation(data, "Nothing"));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.EvaluateSegmentation(data, "Three")).Message, "ClassNumbers");
    }

    private static SegmentationOptions Numbers(int classes) => new() { Masks = SegmentationMasks.ClassNumbers, Classes = classes };

    private static void AssertRefused(IDataView data, SegmentationOptions options, params string[] reasons)
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Context.MaskedPretraining.SegmentationProbe(Encoder.Value, options: options).Fit(data)).Message;
        Array.ForEach(reasons, reason => StringAssert.Contains(message, reason));
    }

    private static void AssertUnscored(IDataView data, SegmentationMasks masks, params string[] reasons)
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Context.MaskedPretraining.EvaluateSegmentation(data, "Scores", masks: masks)).Message;
        Array.ForEach(reasons, reason => StringAssert.Contains(message, reason));
    }

    private static IDataView Scored(params ScoredRow[] rows) => Context.Data.LoadFromEnumerable(rows);

    // Two photos of 20x20 pixels, the lower half of whose masks has a colour; the upper half is black. Made anew whenever they are read: ML.NET's parts dispose of images.
    private static IDataView Pictures(int maskWidth, int maskHeight, (byte R, byte G, byte B) color) => Context.Data.LoadFromEnumerable(
        Enumerable.Range(0, 2).Select(number => new Picture { Image = Image(20, 20, ((byte)(100 * number), 50, 20)), Mask = Image(maskWidth, maskHeight, color) }));

    private static MLImage Image(int width, int height, (byte R, byte G, byte B) color)
    {
        var pixels = new byte[width * height * 4];
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            var (r, g, b) = pixel < width * height / 2 ? default : color;
            (pixels[pixel * 4], pixels[(pixel * 4) + 1], pixels[(pixel * 4) + 2], pixels[(pixel * 4) + 3]) = (b, g, r, byte.MaxValue);
        }

        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    private sealed class Picture
    {
        [ImageType]
        public MLImage Image { get; set; } = null!;

        [ImageType]
        public MLImage Mask { get; set; } = null!;
    }

    private sealed class ScoredRow
    {
        [VectorType(2, 1, 2)]
        public float[] Scores { get; set; } = [0, 0, -2, 1];

        [VectorType(3, 1, 1)]
        public float[] Three { get; set; } = new float[3];

        [VectorType(1, 4)]
        public byte[] Mask { get; set; } = [0, 1, 1, 1];
    }
}
