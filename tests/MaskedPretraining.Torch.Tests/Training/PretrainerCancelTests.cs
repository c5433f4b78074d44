using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class PretrainerCancelTests
{
    private const int Images = 32;

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("cancel-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_CancelledAfterWeightsOverflowed_SaysSoAndWritesNoCheckpoint()
    {
        // A finite loss, then weights beyond single precision, in the middle of an epoch.
        var options = TinyRun.Options(2);
        options.Optimization.LearningRatePer256 = 1e300;
        options.Optimization.WarmupEpochs = 0;
        using var source = new CancellationTokenSource();
        var progress = new SynchronousProgress(_ => source.Cancel());
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options).Run(_folder, progress, source.Token));
        Assert.AreEqual(0, exception.Step);
        Assert.IsTrue(double.IsFinite(exception.Loss) && exception.Loss > 0);
        Assert.Contains("weights after step 0 are not finite", exception.Message);
        Assert.IsFalse(new RunFolder(_folder).HasCheckpoint);
    }

    [TestMethod]
    public void Run_CancelledInAValidation_KeepsTheStateAndGoesOn()
    {
        var options = TinyRun.Options(4);
        options.CheckpointEveryEpochs = 3;
        var images = new SyntheticImages(Images, TinyRun.ImageSize);
        var validation = new SyntheticImages(24, TinyRun.ImageSize, seed: 8);
        var whole = new Pretrainer(images, options, validation).Run();

        using var source = new CancellationTokenSource();
        // The second pass: images 0..23 have been asked for once.
        var part = new Pretrainer(images, options, new CancellingImages(validation, after: 24 + 3, source)).Run(_folder, cancellationToken: source.Token);
        Assert.IsTrue(part.WasCancelled);
        Assert.HasCount(2, part.Metrics);
        Assert.IsNotNull(part.Metrics[0].ValidationLoss);
        Assert.IsNull(part.Metrics[1].ValidationLoss, "its validation was cut short");
        CollectionAssert.AreEqual(TinyRun.Losses(whole)[..2], TinyRun.Losses(part));

        var continued = new Pretrainer(images, options, validation).Run(_folder);
        Assert.IsFalse(continued.WasCancelled);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
        Assert.AreEqual(whole.Metrics[^1].ValidationLoss, continued.Metrics[^1].ValidationLoss);
    }

    [TestMethod]
    public void Run_CancelledInTheLastValidation_IsComplete()
    {
        var options = TinyRun.Options(1);
        var validation = new SyntheticImages(24, TinyRun.ImageSize, seed: 8);
        using var source = new CancellationTokenSource();
        var result = new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options, new CancellingImages(validation, after: 1, source)).Run(_folder, cancellationToken: source.Token);
        Assert.IsFalse(result.WasCancelled, "every epoch has ended");
        Assert.IsNull(result.Metrics.Single().ValidationLoss);
        Assert.IsTrue(new RunFolder(_folder).HasCheckpoint);
    }

    /// <summary>Cancels when an image is asked for that comes after so many.</summary>
    private sealed class CancellingImages(IImageSource images, int after, CancellationTokenSource source) : IImageSource
    {
        private int _asked;

        public int Count => images.Count;

        public string NameOf(int index) => images.NameOf(index);

        public RgbImage Load(int index)
        {
            if (Interlocked.Increment(ref _asked) > after)
            {
                source.Cancel();
            }

            return images.Load(index);
        }
    }
}
