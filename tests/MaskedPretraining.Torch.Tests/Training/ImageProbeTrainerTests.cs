using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class ImageProbeTrainerTests
{
    private const int Images = 50;

    /// <summary>Products of batches of other sizes are summed in another order, over a few steps.</summary>
    private const double Rounding = 1e-4;

    private static readonly string[] ClassNames = ["a", "b", "c"];
    private static EncoderWeights _encoder = null!;

    [ClassInitialize]
    public static void MakeEncoder(TestContext _) => _encoder = new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), TinyRun.Options(0)).Run().Encoder;

    [TestMethod]
    public void Fit_CropOfTheWholeImage_GivesTheProbeOfCachedFeatures()
    {
        var cached = Options();
        var whole = Options();
        whole.Crop = new CropOptions { MinScale = 1, MinRatio = 1, MaxRatio = 1, FlipProbability = 0, Form = RandomResizedCropForm.SingleDraw };
        whole.EncoderBatchSize = 7;
        var first = new ImageProbeTrainer(cached).Fit(_encoder, Training());
        var second = new ImageProbeTrainer(whole).Fit(_encoder, Training());
        AreNear(first.Probe.Weights.RunningMean, second.Probe.Weights.RunningMean);
        AreNear(first.Probe.Weights.RunningVariance, second.Probe.Weights.RunningVariance);
        AreNear(first.Probe.Weights.Weight, second.Probe.Weights.Weight);
        AreNear(first.Probe.Weights.Bias, second.Probe.Weights.Bias);
    }

    [TestMethod]
    public void Fit_Crops_GivesAnotherProbeThatIsTheSameEveryTime()
    {
        var options = Options();
        options.Crop = new CropOptions { MinScale = 0.3 };
        long before = LiveTensors.Settled();
        var first = new ImageProbeTrainer(options).Fit(_encoder, Training());
        var second = new ImageProbeTrainer(options).Fit(_encoder, Training());
        Assert.AreEqual(before, torch.Tensor.TotalCount);
        CollectionAssert.AreEqual(first.Probe.Weights.Weight, second.Probe.Weights.Weight);
        options.Crop = null;
        CollectionAssert.AreNotEqual(first.Probe.Weights.Weight, new ImageProbeTrainer(options).Fit(_encoder, Training()).Probe.Weights.Weight);
    }

    [TestMethod]
    [DataRow(1, false, 1)]
    [DataRow(2, false, 2)]
    [DataRow(2, true, 3)]
    public void Fit_TokensOfBlocks_ClassifierGivesWhatTheProbeWasMeasuredBy(int blocks, bool withMean, int parts)
    {
        var options = ImageProbeOptions.Fast();
        options.Pooling = TokenPooling.ClassTokensOf(blocks, withMean);
        var result = new ImageProbeTrainer(options).Fit(_encoder, Training(), Training());
        Assert.AreEqual(parts * TinyRun.Width, result.Probe.Weights.Width);
        Assert.AreSequenceEqual(ClassNames, result.Classifier.Head.ClassNames!);
        using var runner = new ImageClassifierRunner(result.Classifier);
        float[] probabilities = runner.Run(Planes(Training()), Images);
        int right = Enumerable.Range(0, Images).Count(i => probabilities.AsSpan(i * 3, 3).IndexOf(probabilities.AsSpan(i * 3, 3).ToArray().Max()) == Training().LabelOf(i));
        Assert.AreEqual(right / (double)Images, result.Probe.Metrics[^1].ValidationAccuracy);
    }

    [TestMethod]
    public void Mae_AndDino_ArePublishedProtocols()
    {
        var mae = ImageProbeOptions.Mae();
        Assert.AreEqual((6.4, 90, TokenPooling.ClassToken), (mae.Probe.LearningRate, mae.Probe.Epochs, mae.Pooling));
        Assert.AreEqual((0.08, RandomResizedCropForm.SingleDraw, 0.5), (mae.Crop!.MinScale, mae.Crop.Form, mae.Crop.FlipProbability));
        var dino = ImageProbeOptions.Dino();
        Assert.AreEqual((0.004, 100, TokenPooling.ClassTokensOf(4)), (dino.Probe.LearningRate, dino.Probe.Epochs, dino.Pooling));
        Assert.AreEqual((0.08, RandomResizedCropForm.TenTries), (dino.Crop!.MinScale, dino.Crop.Form));
    }

    [TestMethod]
    public void Fit_WithAFeatureFolder_RunsTheEncoderOnceForTheSameImages()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"features-{Guid.NewGuid():N}");
        try
        {
            var options = ImageProbeOptions.Fast();
            options.FeatureFolder = folder;
            var first = new ImageProbeTrainer(options).Fit(_encoder, Training());
            string file = Directory.GetFiles(folder).Single();
            // What is in the file counts: features scaled there give the probe other statistics.
            var state = SafetensorsFile.Read(file);
            state["features"] = TensorData.FromSingles([.. state["features"].ToSingles().Select(value => value + 100)], [.. state["features"].Shape]);
            SafetensorsFile.Write(file, state);
            var second = new ImageProbeTrainer(options).Fit(_encoder, Training());
            Assert.AreEqual(first.Probe.Weights.RunningMean[0] + 100, second.Probe.Weights.RunningMean[0], 1e-3f);
            Assert.HasCount(1, Directory.GetFiles(folder));

            File.WriteAllText(file, "damaged");
            CollectionAssert.AreEqual(first.Probe.Weights.Weight, new ImageProbeTrainer(options).Fit(_encoder, Training()).Probe.Weights.Weight);
            options.Pooling = TokenPooling.NormalizedMean;
            new ImageProbeTrainer(options).Fit(_encoder, Training(), new LabeledImageSource(new SyntheticImages(Images, TinyRun.ImageSize, seed: 9), Labels(), ClassNames));
            Assert.HasCount(3, Directory.GetFiles(folder), "Other tokens and other images have files of their own.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Fit_CancelledInTheFirstEpoch_ReturnsTheProbeSoFar()
    {
        var options = Options();
        options.Crop = new CropOptions();
        using var source = new CancellationTokenSource();
        var images = new LabeledImageSource(new Cancelling(source), Labels(), ClassNames);
        var result = new ImageProbeTrainer(options).Fit(_encoder, images, cancellationToken: source.Token);
        Assert.IsTrue(result.Probe.WasCancelled);
    }

    [TestMethod]
    public void Fit_CancelledWhileFeaturesAreComputed_Throws() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => new ImageProbeTrainer(Options()).Fit(_encoder, Training(), cancellationToken: new CancellationToken(canceled: true)));

    [TestMethod]
    public void Fit_MoreBlocksThanThereAre_SaysHowMany()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new ImageProbeTrainer(ImageProbeOptions.Dino(blocks: 4)).Fit(_encoder, Training()));
        Assert.Contains("at most 2", exception.Message);
    }

    [TestMethod]
    public void Fit_OneClass_NamesIt()
    {
        var images = new LabeledImageSource(new SyntheticImages(Images, TinyRun.ImageSize), [.. Enumerable.Repeat(1, Images)], ClassNames);
        Assert.Contains("'b'", Assert.ThrowsExactly<ArgumentException>(() => new ImageProbeTrainer(Options()).Fit(_encoder, images)).Message);
    }

    [TestMethod]
    public void Fit_ValidationWithOtherClasses_NamesBoth()
    {
        var validation = new LabeledImageSource(new SyntheticImages(Images, TinyRun.ImageSize), Labels(), ["a", "b", "z"]);
        Assert.Contains("a, b, z", Assert.ThrowsExactly<ArgumentException>(() => new ImageProbeTrainer(Options()).Fit(_encoder, Training(), validation)).Message);
    }

    [TestMethod]
    public void Constructor_CropsForASolverOfAllRows_IsRefused()
    {
        var options = ImageProbeOptions.Fast();
        (options.Crop, options.EncoderBatchSize, options.Pooling, options.FeatureFolder) = (new CropOptions(), 0, TokenPooling.MeanThenNorm, " ");
        Assert.HasCount(4, Assert.ThrowsExactly<InvalidOptionsException>(() => new ImageProbeTrainer(options)).Errors);
    }

    private static ImageProbeOptions Options() => new() { Probe = new LinearProbeOptions { Epochs = 3, WarmupEpochs = 0, BatchSize = 16 }, Device = ComputeDevice.Cpu, LoaderThreads = 1 };

    private static LabeledImageSource Training() => new(new SyntheticImages(Images, TinyRun.ImageSize), Labels(), ClassNames);

    private static int[] Labels() => [.. Enumerable.Range(0, Images).Select(index => index % 3)];

    private static float[] Planes(LabeledImageSource images)
    {
        int area = TinyRun.ImageSize * TinyRun.ImageSize;
        return [.. Enumerable.Range(0, images.Count).Select(images.Load).SelectMany(image => Enumerable.Range(0, 3 * area).Select(i => (float)image.Pixels[(i % area * 3) + (i / area)]))];
    }

    private static void AreNear(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Rounding * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IImageSource
    {
        private readonly SyntheticImages _images = new(Images, TinyRun.ImageSize);

        public int Count => Images;

        public string NameOf(int index) => _images.NameOf(index);

        public RgbImage Load(int index)
        {
            source.Cancel();
            return _images.Load(index);
        }
    }
}
