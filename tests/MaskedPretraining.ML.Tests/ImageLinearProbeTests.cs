using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

/// <summary>Linear probes over images of two colours, on an untrained encoder.</summary>
[TestClass]
public sealed class ImageLinearProbeTests
{
    /// <summary>The promise is 1e-4; the same graph runs row by row.</summary>
    private const double LoadTolerance = 1e-5;

    private const int Images = 40;

    private static readonly string[] ClassNames = ["blue", "red"];
    private static EncoderWeights _encoder = null!;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Protocols =>
    [
        ["fast", ImageProbeOptions.Fast()],
        ["LARS", new ImageProbeOptions { Probe = new LinearProbeOptions { Epochs = 40, BatchSize = 16 }, Pooling = TokenPooling.NormalizedMean }],
        ["MAE's crops", new ImageProbeOptions { Probe = new LinearProbeOptions { Epochs = 30, BatchSize = 16 }, Crop = ImageProbeOptions.Mae().Crop }],
        ["DINO's tokens", new ImageProbeOptions { Probe = LinearProbeOptions.Fast(), Pooling = TokenPooling.ClassTokensOf(2, withMean: true) }],
    ];

    [ClassInitialize]
    public static void MakeEncoder(TestContext _)
    {
        var ml = new MLContext();
        using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(ml.MaskedPretraining.GeneratedScenes(2));
        _encoder = untrained.Weights;
    }

    [TestMethod]
    [DynamicData(nameof(Protocols))]
    public void Fit_Saved_IsAnInBoxClassifierThatPredictsTheSame(string name, ImageProbeOptions options)
    {
        var ml = new MLContext();
        var data = Keyed(ml, new ColorImages(Images));
        using var model = ml.MaskedPretraining.LinearProbe(_encoder, options: options).Fit(data, data);
        var ours = model.Transform(data);
        var metrics = ml.MulticlassClassification.Evaluate(ours);
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy, name);
        Assert.AreEqual(model.Metrics[^1].ValidationAccuracy!.Value, metrics.MicroAccuracy, 1e-9, "Images of the encoder's size are seen alike in validation and scoring.");
        Assert.IsGreaterThanOrEqualTo(model.Metrics[^1].ValidationAccuracy!.Value, model.Best!.ValidationAccuracy!.Value);

        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(model, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);
        Assert.StartsWith("Microsoft.ML", loaded.GetType().FullName);
        var inBox = loaded.Transform(data);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, "Score"), Columns.Vectors(inBox, "Score")));
        Assert.AreSequenceEqual(Columns.Values<uint>(ours, "PredictedLabel"), Columns.Values<uint>(inBox, "PredictedLabel"));
        foreach (var view in new[] { ours, inBox })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            view.Schema["PredictedLabel"].GetKeyValues(ref names);
            Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(value => value.ToString()).ToArray());
        }

        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Fit_InAChain_AnnouncesKeysAndNames()
    {
        var ml = new MLContext();
        var images = ml.MaskedPretraining.Images(new ColorImages(Images));
        var chain = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MaskedPretraining.LinearProbe(_encoder, options: ImageProbeOptions.Fast()))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel"));
        var model = chain.Fit(images);
        Assert.AreEqual("red", Columns.Texts(model.Transform(images), "PredictedName")[1]);
        model.Dispose();
    }

    [TestMethod]
    public void Fit_RowsWithoutALabel_AreLeftOutAndNamed()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var some = Keyed(ml, new ColorImages(Images));
        // The keys of two classes, asked of images of which the last has another.
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(ml.MaskedPretraining.Images(new ColorImages(2)));
        var images = new LabeledImageSource(new ColorImages(Images), [.. Enumerable.Range(0, Images).Select(index => index == Images - 1 ? 2 : index % 2)], [.. ClassNames, "green"]);
        var data = keys.Transform(ml.MaskedPretraining.Images(images));
        using var model = ml.MaskedPretraining.LinearProbe(_encoder, options: ImageProbeOptions.Fast()).Fit(data, some);
        Assert.ContainsSingle(log.Of(ChannelMessageKind.Warning).Where(line => line.Contains($"image {Images - 1} has no label in column 'Label'", StringComparison.Ordinal)));
        Assert.ContainsSingle(log.Of(ChannelMessageKind.Info).Where(line => line.StartsWith($"{Images - 1} labelled images", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_SomeImagesSmallerThanAPatch_AreLeftOutWithTheirLabels()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var data = Keyed(ml, new SomeSmall(new ColorImages(Images)));
        using var model = ml.MaskedPretraining.LinearProbe(_encoder, options: ImageProbeOptions.Fast()).Fit(data);

        // Labels that are out of step with the images would teach nothing.
        Assert.IsGreaterThan(0.9, ml.MulticlassClassification.Evaluate(model.Transform(Keyed(ml, new ColorImages(Images)))).MicroAccuracy);
        string warnings = string.Join('\n', log.Of(ChannelMessageKind.Warning));
        Assert.Contains($"image {SomeSmall.Period} is only {SomeSmall.Side} pixels", warnings);
        Assert.Contains($"{(Images + SomeSmall.Period - 1) / SomeSmall.Period} of {Images} images are skipped", warnings);
    }

    [TestMethod]
    public void Fit_TextLabel_TellsToMapItToAKey()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.MaskedPretraining.LinearProbe(_encoder).Fit(ml.MaskedPretraining.Images(new ColorImages(4))));
        Assert.Contains("MapValueToKey", exception.Message);
    }

    [TestMethod]
    public void Fit_OneClass_NamesIt()
    {
        var ml = new MLContext();
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(ml.MaskedPretraining.Images(new ColorImages(2)));
        var data = keys.Transform(ml.MaskedPretraining.Images(new LabeledImageSource(new ColorImages(6), new int[6], ClassNames)));
        Assert.Contains("'blue'", Assert.ThrowsExactly<ArgumentException>(() => ml.MaskedPretraining.LinearProbe(_encoder).Fit(data)).Message);
    }

    [TestMethod]
    public void LinearProbe_MoreBlocksThanTheEncoderHas_SaysHowMany()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.LinearProbe(_encoder, options: ImageProbeOptions.Dino(blocks: 4)));
        Assert.Contains("at most 2", exception.Message);
    }

    private static IDataView Keyed(MLContext ml, ILabeledImageSource images)
    {
        var view = ml.MaskedPretraining.Images(images);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    /// <summary>Every third image is smaller than a patch.</summary>
    private sealed class SomeSmall(ILabeledImageSource images) : ILabeledImageSource
    {
        public const int Period = 3;
        public const int Side = 3;

        public int Count => images.Count;

        public IReadOnlyList<string> ClassNames => images.ClassNames;

        public string NameOf(int index) => images.NameOf(index);

        public int LabelOf(int index) => images.LabelOf(index);

        public RgbImage Load(int index) => index % Period == 0 ? new RgbImage(Side, Side, new byte[3 * Side * Side]) : images.Load(index);
    }
}
