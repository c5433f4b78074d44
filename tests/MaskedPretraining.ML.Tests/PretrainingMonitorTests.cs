using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class PretrainingMonitorTests
{
    [TestMethod]
    public void Fit_WithAMonitor_TellsAccuraciesAndGivesTheSameEncoder()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var data = ml.MaskedPretraining.Images(new ColorImages(12));
        var options = Tiny.Mae(epochs: 3);
        using var plain = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        options.Monitor = Monitor(ml);
        using var watched = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        foreach (string name in plain.Weights.Weights.Names)
        {
            CollectionAssert.AreEqual(plain.Weights.Weights[name].ToSingles(), watched.Weights.Weights[name].ToSingles());
        }

        Assert.IsNull(watched.Metrics[0].Monitor);
        Assert.IsGreaterThan(0.8, watched.Metrics[1].Monitor!.KnnAccuracy, "Colour is in any encoder's features.");
        Assert.IsGreaterThan(0.8, watched.Metrics[2].Monitor!.ProbeAccuracy);
        Assert.HasCount(2, log.Of(ChannelMessageKind.Info).Where(line => line.Contains("% and linear probe ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_BankOfFewerImagesThanNeighbours_SaysHowManyThereAre()
    {
        var ml = new MLContext();
        var options = Tiny.Mae();
        options.Monitor = Monitor(ml);
        options.Monitor.Options.Knn.Neighbors = 25;
        var estimator = ml.MaskedPretraining.GuidedMae("Features", "Image", options);
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => estimator.Fit(ml.MaskedPretraining.Images(new ColorImages(12))));
        Assert.Contains("at most 24", exception.Message);
    }

    [TestMethod]
    public void Fit_LabelThatIsNoKey_TellsToMapIt()
    {
        var ml = new MLContext();
        var images = ml.MaskedPretraining.Images(new ColorImages(24));
        var options = Tiny.Mae();
        options.Monitor = new PretrainingMonitor(images, images);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(images));
        Assert.Contains("MapValueToKey", exception.Message);
    }

    [TestMethod]
    public void GuidedMae_MonitorThatNeverRuns_IsRefused()
    {
        var ml = new MLContext();
        var options = Tiny.Mae();
        options.Monitor = Monitor(ml);
        (options.Monitor.Options.EveryEpochs, options.Monitor.LabelColumnName) = (0, "");
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", options)).Errors);
    }

    private static PretrainingMonitor Monitor(MLContext ml)
    {
        var images = ml.MaskedPretraining.Images(new ColorImages(24));
        var keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
        return new PretrainingMonitor(keyed, keyed) { Options = new OnlineMonitorOptions { EveryEpochs = 2, Knn = new KnnOptions { Neighbors = 5 } } };
    }
}
