using MaskedPretraining.ML.Maps;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Maps;

/// <summary>Maps that are kept from one fit to the next.</summary>
[TestClass]
public sealed class MapCacheTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fit_Again_AsksForNewPicturesAlone(bool runFolder)
    {
        string folder = NewFolder();
        var first = Fit(folder, runFolder, "encoder 1", 1, 2, 3);
        var second = Fit(folder, runFolder, "encoder 1", 3, 4, 1, 2);

        Assert.AreEqual(3, first.Asked);
        Assert.AreEqual(1, second.Asked);
        Assert.IsTrue(File.Exists(Path.Combine(folder, "Map.maps")));
    }

    [TestMethod]
    public void Fit_OtherMaker_AsksForEveryMap()
    {
        string folder = NewFolder();
        Fit(folder, runFolder: false, "encoder 1", 1, 2, 3);

        Assert.AreEqual(3, Fit(folder, runFolder: false, "encoder 2", 1, 2, 3).Asked);
        Assert.AreEqual(0, Fit(folder, runFolder: false, "encoder 2", 1, 2, 3).Asked);
    }

    [TestMethod]
    public void Fit_DamagedFile_MakesItAnew()
    {
        string folder = NewFolder();
        Fit(folder, runFolder: false, "encoder 1", 1, 2, 3);
        File.WriteAllText(Path.Combine(folder, "Map.maps"), "no maps");

        Assert.AreEqual(3, Fit(folder, runFolder: false, "encoder 1", 1, 2, 3).Asked);
        Assert.AreEqual(0, Fit(folder, runFolder: false, "encoder 1", 1, 2, 3).Asked);
    }

    [TestMethod]
    public void Fit_ColumnThatDoesNotSayWhatMadeIt_IsNeverKept()
    {
        string folder = NewFolder();
        var ml = new MLContext();
        var options = Options();
        options.MapCacheFolder = folder;
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.Data.LoadFromEnumerable([MapRow.Of(1), MapRow.Of(2)])).Dispose();

        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void MapMaker_OtherWeights_IsAnotherText()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4));
        string[] makers = [.. new ulong[] { 1, 1, 2 }.Select(seed =>
        {
            var options = Tiny.Mae(epochs: 0);
            (options.Seed, options.AttentionColumnName) = (seed, "Map");
            using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
            return MapColumn.Find(encoder.Transform(data).Schema, "Map", Tiny.Encoder()).Maker!;
        })];

        Assert.AreEqual(makers[0], makers[1]);
        Assert.AreNotEqual(makers[0], makers[2]);
        Assert.Contains("of column Image", makers[0]);
    }

    private static GuidedMaeOptions Options()
    {
        var options = Tiny.Mae(epochs: 0);
        options.Guidance = LossGuidance.AttentionGuided("Map");
        return options;
    }

    private static CountingMaps Fit(string folder, bool runFolder, string maker, params int[] values)
    {
        var ml = new MLContext(seed: 1);
        var data = new CountingMaps(ml.Data.LoadFromEnumerable([.. values.Select(value => MapRow.Of(value))]), "Map", maker);
        var options = Options();
        if (runFolder)
        {
            // Without epochs there is no checkpoint, which would be of other images.
            options.RunFolder = folder;
        }
        else
        {
            options.MapCacheFolder = folder;
        }

        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data).Dispose();
        return data;
    }

    private string NewFolder() => Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
}
