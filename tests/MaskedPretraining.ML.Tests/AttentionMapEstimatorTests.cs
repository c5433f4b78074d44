using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class AttentionMapEstimatorTests
{
    private const double LoadTolerance = 1e-5;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Fit_FromATrainedEncoder_AddsAGridThatSavesAndLoads()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(6));
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        using var maps = ml.MaskedPretraining.AttentionMap("Map", "Image", AttentionMapOptions.FromEncoder(encoder)).Fit(data);
        var view = maps.Transform(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4, 4), view.Schema["Map"].Type);
        var rows = Columns.Vectors(view, "Map");
        Assert.IsTrue(rows.All(row => row.All(value => value is >= 0 and <= 1)));

        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.MaskedPretraining.SaveModel(maps, data.Schema, path);
        var loaded = ml.Model.Load(path, out _);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(rows, Columns.Vectors(loaded.Transform(data), "Map")));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Reconstruct_ReturnsPicturesOfTheFirstImages()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(6));
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        var pictures = encoder.Reconstruct(data, 3);
        Assert.HasCount(3, pictures);
        Assert.HasCount(12, pictures[0].Masked);
        Assert.AreEqual(Tiny.Side, pictures[0].Image.Width);
    }

    [TestMethod]
    public void Transform_ChainOfMapsAndFeatures_KeepsImagesUsable()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(20));
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(data);
        using var maps = ml.MaskedPretraining.AttentionMap("Map", "Image", AttentionMapOptions.FromEncoder(encoder)).Fit(data);
        // The second step reads images that the first one has buffered.
        var chained = encoder.Transform(maps.Transform(data));
        Assert.AreEqual(0, Columns.LargestDifference(Columns.Vectors(encoder.Transform(data), "Features"), Columns.Vectors(chained, "Features")));
    }
}
