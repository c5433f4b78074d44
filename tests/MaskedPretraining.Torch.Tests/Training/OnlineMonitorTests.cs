using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class OnlineMonitorTests
{
    private const int Epochs = 5;
    private const int BankImages = 24;
    private const int QueryImages = 20;
    private static readonly string[] ClassNames = ["dark", "bright"];

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("monitor-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_WithAMonitor_TrainsTheSameBitForBit()
    {
        var plain = Trainer(null).Run();
        var watched = Trainer(Monitor()).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(plain), TinyRun.Bytes(watched));
        CollectionAssert.AreEqual(TinyRun.Losses(plain), TinyRun.Losses(watched));
        Assert.IsTrue(plain.Metrics.All(entry => entry.Monitor is null));
    }

    [TestMethod]
    public void Run_EverySecondEpoch_MeasuresThoseAndTheLast()
    {
        var result = Trainer(Monitor()).Run();
        CollectionAssert.AreEqual(new[] { 1, 3, 4 }, result.Metrics.Where(entry => entry.Monitor is not null).Select(entry => entry.Epoch).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Run_LastMeasurement_IsOfTheWholeImagesByTheEncoderThatComesOut(TokenPooling pooling)
    {
        var result = Trainer(Monitor(pooling)).Run();
        var (bank, queries) = (Features(result.Encoder, Bank(), pooling), Features(result.Encoder, Queries(), pooling));
        var neighbours = new KnnClassifier(bank.Features, [.. bank.Labels], 2, new KnnOptions { Neighbors = 5 }).Classify(queries.Features);
        Assert.AreEqual(ClassificationAccuracy.TopOne(neighbours.Predictions, [.. queries.Labels]), result.Metrics[^1].Monitor!.KnnAccuracy);
        var probe = new LinearProbeTrainer(LinearProbeOptions.Fast()).Fit(bank, 2, queries);
        Assert.AreEqual(probe.Metrics[^1].ValidationAccuracy, result.Metrics[^1].Monitor!.ProbeAccuracy);
        Assert.IsGreaterThan(0.7, result.Metrics[^1].Monitor!.ProbeAccuracy, "Brightness is in any encoder's features.");
    }

    public static IEnumerable<object[]> Poolings => [[TokenPooling.ClassToken], [TokenPooling.NormalizedMean]];

    [TestMethod]
    public void Run_CancelledAndContinued_MeasuresTheSame()
    {
        var whole = Trainer(Monitor()).Run();
        using var source = new CancellationTokenSource();
        var progress = new SynchronousProgress(metrics =>
        {
            if (metrics.Epoch == 2)
            {
                source.Cancel();
            }
        });
        Trainer(Monitor()).Run(_folder, progress, source.Token);
        var continued = Trainer(Monitor()).Run(_folder);
        CollectionAssert.AreEqual(whole.Metrics.Select(entry => entry.Monitor).ToArray(), continued.Metrics.Select(entry => entry.Monitor).ToArray());
        Assert.Contains("\"knn_accuracy\":", File.ReadAllText(new RunFolder(_folder).MetricsPath));
    }

    [TestMethod]
    public void Run_CancelledInAMeasurement_EndsTheEpochWithoutOne()
    {
        using var source = new CancellationTokenSource();
        var bank = new LabeledImageSource(new CancellingSource(source), Labels(BankImages), ClassNames);
        var part = Trainer(new OnlineMonitor(bank, Queries(), Options())).Run(_folder, cancellationToken: source.Token);
        Assert.IsTrue(part.WasCancelled);
        Assert.HasCount(2, part.Metrics);
        Assert.IsNull(part.Metrics[1].Monitor);
        CollectionAssert.AreEqual(TinyRun.Bytes(Trainer(null).Run()), TinyRun.Bytes(Trainer(Monitor()).Run(_folder)));
    }

    [TestMethod]
    public void Constructor_BankSmallerThanNeighbours_SaysHowManyThereAre()
    {
        var options = Options();
        options.Knn.Neighbors = BankImages + 1;
        Assert.Contains($"at most {BankImages}", Assert.ThrowsExactly<InvalidOptionsException>(() => new OnlineMonitor(Bank(), Queries(), options)).Message);
    }

    [TestMethod]
    public void Constructor_BankOfOneClass_NamesIt()
    {
        var bank = new LabeledImageSource(new SyntheticImages(BankImages, TinyRun.ImageSize), new int[BankImages], ClassNames);
        Assert.Contains("'dark'", Assert.ThrowsExactly<ArgumentException>(() => new OnlineMonitor(bank, Queries(), Options())).Message);
    }

    [TestMethod]
    public void Constructor_QueriesOfOtherClasses_NamesBoth()
    {
        var queries = new LabeledImageSource(new SyntheticImages(QueryImages, TinyRun.ImageSize), Labels(QueryImages), ["dark", "blue"]);
        Assert.Contains("dark, blue", Assert.ThrowsExactly<ArgumentException>(() => new OnlineMonitor(Bank(), queries, Options())).Message);
    }

    [TestMethod]
    public void Constructor_NoQueries_SaysSo()
    {
        var queries = new LabeledImageSource(new SyntheticImages(0, TinyRun.ImageSize), [], ClassNames);
        Assert.Contains("no queries", Assert.ThrowsExactly<ArgumentException>(() => new OnlineMonitor(Bank(), queries, Options())).Message);
    }

    [TestMethod]
    public void Constructor_PoolingWithItsOwnNorm_IsRefused()
    {
        var options = Options(TokenPooling.MeanThenNorm);
        options.EveryEpochs = 0;
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => new OnlineMonitor(Bank(), Queries(), options)).Errors);
    }

    private static Pretrainer Trainer(OnlineMonitor? monitor) =>
        new(new SyntheticImages(32, TinyRun.ImageSize), TinyRun.GuidedOptions(Epochs), monitor: monitor);

    private static OnlineMonitor Monitor(TokenPooling? pooling = null) => new(Bank(), Queries(), Options(pooling));

    private static OnlineMonitorOptions Options(TokenPooling? pooling = null) =>
        new() { EveryEpochs = 2, Pooling = pooling ?? TokenPooling.ClassToken, Knn = new KnnOptions { Neighbors = 5 } };

    private static LabeledImageSource Bank() => new(new Shades(BankImages, 0), Labels(BankImages), ClassNames);

    private static LabeledImageSource Queries() => new(new Shades(QueryImages, 100), Labels(QueryImages), ClassNames);

    private static int[] Labels(int count) => [.. Enumerable.Range(0, count).Select(index => index % 2)];

    private static LabeledFeatures Features(EncoderWeights encoder, LabeledImageSource images, TokenPooling pooling)
    {
        using var runner = new EncoderRunner(encoder);
        int area = TinyRun.ImageSize * TinyRun.ImageSize;
        float[] planes = [.. Enumerable.Range(0, images.Count).Select(images.Load).SelectMany(image => Enumerable.Range(0, 3 * area).Select(i => (float)image.Pixels[(i % area * 3) + (i / area)]))];
        var output = runner.Run(planes, images.Count);
        return new LabeledFeatures(new FeatureMatrix(TinyRun.Width, pooling == TokenPooling.ClassToken ? output.Cls : output.Mean), Labels(images.Count));
    }

    /// <summary>Synthetic images, every other one brighter.</summary>
    private sealed class Shades(int count, int first) : IImageSource
    {
        private readonly SyntheticImages _images = new(count + first, TinyRun.ImageSize);

        public int Count => count;

        public string NameOf(int index) => $"shade {index}";

        public RgbImage Load(int index)
        {
            var image = _images.Load(first + index);
            return new RgbImage(image.Width, image.Height, [.. image.Pixels.Select(value => (byte)((value / 2) + (index % 2 * 127)))]);
        }
    }

    /// <summary>The bank, which cancels the run when it is asked for.</summary>
    private sealed class CancellingSource(CancellationTokenSource source) : IImageSource
    {
        private readonly Shades _images = new(BankImages, 0);

        public int Count => BankImages;

        public string NameOf(int index) => _images.NameOf(index);

        public RgbImage Load(int index)
        {
            source.Cancel();
            return _images.Load(index);
        }
    }
}
