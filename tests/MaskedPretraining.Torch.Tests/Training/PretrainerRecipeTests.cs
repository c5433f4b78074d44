using System.Collections.Concurrent;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static MaskedPretraining.Torch.Tests.Training.RecipeRuns;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>What a run promises, for every recipe.</summary>
[TestClass]
public sealed class PretrainerRecipeTests
{
    private static readonly ConcurrentDictionary<Recipe, PretrainingResult> Uninterrupted = new();

    private string _folder = "";

    public static IEnumerable<object[]> Recipes { get; } = Enum.GetValues<Recipe>().Select(recipe => new object[] { recipe });

    public static IEnumerable<object[]> Stops { get; } =
    [
        .. from recipe in Enum.GetValues<Recipe>()
           from step in new[] { (StepsPerEpoch * 2) + 1, StepsPerEpoch * 4 }
           select new object[] { recipe, step },
    ];

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("recipe-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Stops))]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(object recipe, int step)
    {
        var whole = Whole((Recipe)recipe);
        var part = RunUntil((Recipe)recipe, step);
        Assert.IsTrue(part.WasCancelled);
        CollectionAssert.AreNotEqual(TinyRun.Bytes(whole), TinyRun.Bytes(part));
        var continued = Trainer((Recipe)recipe).Run(_folder);
        Assert.IsFalse(continued.WasCancelled);
        CollectionAssert.AreEqual(Figures(whole), Figures(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
    }

    [TestMethod]
    [DynamicData(nameof(Recipes))]
    public void Run_AgainWithMoreLoaderThreads_IsEqualBitForBit(object recipe)
    {
        var options = OptionsOf((Recipe)recipe);
        options.LoaderThreads = 3;
        var again = Trainer((Recipe)recipe, options).Run();
        CollectionAssert.AreEqual(Figures(Whole((Recipe)recipe)), Figures(again));
        CollectionAssert.AreEqual(TinyRun.Bytes(Whole((Recipe)recipe)), TinyRun.Bytes(again));
    }

    [TestMethod]
    [DynamicData(nameof(Recipes))]
    public void Run_ManySteps_KeepsTheNumberOfLiveTensorsAndFreesThem(object recipe)
    {
        long before = LiveTensors.Settled();
        var counts = new List<long>();
        Trainer((Recipe)recipe).Run(_folder, new SynchronousProgress(_ => counts.Add(Tensor.TotalCount)));
        Assert.HasCount(Epochs * (StepsPerEpoch + 1), counts);
        // A ParallelStep keeps buffers for the largest batch so far of each length; all are there once the guided epochs have begun.
        Assert.AreEqual(1, counts[(3 * (StepsPerEpoch + 1))..].Distinct().Count(), string.Join(" ", counts));
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(Recipes))]
    public void Run_Recipe_LearnsAndTellsItsFigures(object recipe)
    {
        var metrics = Whole((Recipe)recipe).Metrics;
        // Weights of a guided loss grow over the run.
        Assert.IsLessThan(metrics[0].PlainLoss ?? metrics[0].Loss, metrics[^1].PlainLoss ?? metrics[^1].Loss);
        Assert.IsTrue(metrics.All(epoch => epoch.ValidationLoss > 0));
        bool isClipped = OptionsOf((Recipe)recipe).Optimization.MaxGradientNorm is not null;
        Assert.IsTrue(metrics.All(epoch => isClipped == epoch.GradientNorm > 0));
        bool isGuided = OptionsOf((Recipe)recipe).Guidance is not null;
        Assert.IsTrue(metrics.All(epoch => isGuided == epoch.PlainLoss > 0));
        Assert.IsTrue(metrics.All(epoch => isGuided == epoch.ForegroundShare is > 0 and < 1));
    }

    [TestMethod]
    [DataRow("SimMim")]
    [DataRow("MaskFeat")]
    public void Run_BFloat16_StaysCloseToSinglePrecision(string recipe)
    {
        // Eight significant bits over fifteen steps; absolute errors and clipped steps move losses less than products do.
        const double RelativeTolerance = 0.03;
        var kind = Enum.Parse<Recipe>(recipe);
        var options = OptionsOf(kind);
        options.Precision = ComputePrecision.BFloat16;
        var half = Trainer(kind, options).Run();
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            double loss = Whole(kind).Metrics[epoch].Loss;
            Assert.AreEqual(loss, half.Metrics[epoch].Loss, RelativeTolerance * loss, $"epoch {epoch}");
        }
    }

    [TestMethod]
    public void Run_WeightAverage_ReturnsTheAverageOfTheWeightsAfterEachStep()
    {
        // Two roundings a step.
        const float Tolerance = 1e-6f;
        const float Share = 1 - 0.9f;
        const int Steps = 3;
        var options = OptionsOf(Recipe.Averaged);
        options.Optimization.WeightAverageDecay = null;
        float[][] after = [.. Enumerable.Range(0, Steps + 1).Select(step => step == 0 ? Weights(Untrained(options)) : Weights(StoppedAt(options, step)))];
        options.Optimization.WeightAverageDecay = 0.9;
        var averaged = StoppedAt(options, Steps);
        float[] expected = after[0];
        foreach (float[] weights in after[1..])
        {
            expected = [.. expected.Zip(weights, (average, weight) => average + (Share * (weight - average)))];
        }

        float[] actual = Weights(averaged);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance, $"element {i}");
        }

        foreach (string name in averaged.Encoder.Weights.Names)
        {
            CollectionAssert.AreEqual(averaged.Autoencoder[name].Bytes, averaged.Encoder.Weights[name].Bytes, name);
        }
    }

    private static PretrainingResult Whole(Recipe recipe) => Uninterrupted.GetOrAdd(recipe, kind => Trainer(kind).Run());

    private static PretrainingResult Untrained(PretrainerOptions options)
    {
        options = options.Clone();
        options.Epochs = 0;
        return Trainer(Recipe.Averaged, options).Run();
    }

    private static PretrainingResult StoppedAt(PretrainerOptions options, int step)
    {
        using var source = new CancellationTokenSource();
        return Trainer(Recipe.Averaged, options).Run(progress: new SynchronousProgress(metrics => CancelAt(metrics, step, source)), cancellationToken: source.Token);
    }

    private PretrainingResult RunUntil(Recipe recipe, int step)
    {
        using var source = new CancellationTokenSource();
        return Trainer(recipe).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, step, source)), source.Token);
    }

    private static void CancelAt(PretrainingMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }

    private static float[] Weights(PretrainingResult result) => [.. result.Autoencoder.Names.SelectMany(name => result.Autoencoder[name].ToSingles())];

    // Everything but the speed.
    private static PretrainingMetrics[] Figures(PretrainingResult result) => [.. result.Metrics.Select(metrics => metrics with { ImagesPerSecond = 0, LoaderWait = null })];
}
