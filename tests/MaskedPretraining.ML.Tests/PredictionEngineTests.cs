using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class PredictionEngineTests
{
    // Batches of another size sum in another order.
    private const double BatchTolerance = 1e-5;

    private sealed class Photo
    {
        [ImageType]
        public MLImage? Image { get; set; }
    }

    private sealed class Encoded
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Classified
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(Tiny.Side)]
    [DataRow(Tiny.Side + 5)]
    public void Predict_Images_GivesTheFeaturesOfTheView(int side)
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4, side));
        var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        float[][] expected = Columns.Vectors(encoder.Transform(data), "Features");
        using var engine = ml.Model.CreatePredictionEngine<Photo, Encoded>(encoder);
        int[] order = [0, 1, 2, 3, 1, 0];

        // Each prediction has an image of its own: ML.NET's parts dispose of the image before.
        float[][] found = Array.ConvertAll(order, number => engine.Predict(new Photo { Image = Columns.Values<MLImage>(data, "Image")[number] }).Features);

        Assert.IsLessThan(BatchTolerance, Columns.LargestDifference(Array.ConvertAll(order, number => expected[number]), found));
    }

    [TestMethod]
    public void Predict_NoImage_GivesTheFeaturesOfABlackOne()
    {
        var ml = new MLContext();
        var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(ml.MaskedPretraining.Images(new ColorImages(4)));
        using var engine = ml.Model.CreatePredictionEngine<Photo, Encoded>(encoder);
        var black = MLImage.CreateFromPixels(Tiny.Side, Tiny.Side, MLPixelFormat.Bgra32, [.. Enumerable.Repeat<byte[]>([0, 0, 0, 255], Tiny.Side * Tiny.Side).SelectMany(pixel => pixel)]);

        // As ML.NET's ExtractPixels takes it.
        CollectionAssert.AreEqual(engine.Predict(new Photo { Image = black }).Features, engine.Predict(new Photo()).Features);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Predict_ImagesOfAClassifier_GivesClassAndScoresOfTheView(bool isLoaded)
    {
        const int Count = 12, Side = Tiny.Side + 5;
        var ml = new MLContext();
        var images = ml.MaskedPretraining.Images(new ColorImages(Count, Side));
        var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
        var encoder = UntrainedEncoder.Create(Tiny.Encoder());
        using var fitted = ml.MaskedPretraining.LinearProbe(encoder, options: ImageProbeOptions.Fast()).Fit(data);
        var scored = fitted.Transform(data);
        (uint[] classes, float[][] scores) = (Columns.Values<uint>(scored, "PredictedLabel"), Columns.Vectors(scored, "Score"));
        Assert.HasCount(2, classes.Distinct().ToArray(), "A probe that knows one class would show nothing.");
        using var engine = ml.Model.CreatePredictionEngine<Photo, Classified>(isLoaded ? SavedAndLoaded(ml, fitted, data.Schema) : fitted, new PredictionEngineOptions { OwnsTransformer = isLoaded });

        var found = Enumerable.Range(0, Count).Select(number => engine.Predict(new Photo { Image = Columns.Values<MLImage>(images, "Image")[number] })).ToArray();

        Assert.AreSequenceEqual(classes, found.Select(prediction => prediction.PredictedLabel).ToArray());
        Assert.IsLessThan(BatchTolerance, Columns.LargestDifference(scores, Array.ConvertAll(found, prediction => prediction.Score)));
    }

    private ITransformer SavedAndLoaded(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.MaskedPretraining.SaveModel(model, schema, path);
        return new MLContext().Model.Load(path, out _);
    }
}
