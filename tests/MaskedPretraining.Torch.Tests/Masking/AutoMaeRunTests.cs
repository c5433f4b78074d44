using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>Whole runs with AutoMAE's learned masks.</summary>
[TestClass]
public sealed class AutoMaeRunTests
{
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("automae-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true, ComputePrecision.Float32, 2)]
    [DataRow(true, ComputePrecision.BFloat16, 5)]
    [DataRow(false, ComputePrecision.Float32, 4)]
    [DataRow(false, ComputePrecision.Float32, 6)]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(bool kernels, ComputePrecision precision, int stopAfter)
    {
        var options = AutoMaeRuns.Options(kernels: kernels);
        options.Precision = precision;
        Assert.AreEqual(kernels, PartialStep.Suits(options));
        var whole = new Pretrainer(AutoMaeRuns.Source, options).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()), "again");
        using var source = new CancellationTokenSource();
        var part = new Pretrainer(AutoMaeRuns.Source, options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, stopAfter, source)), source.Token);
        Assert.IsTrue(part.WasCancelled);
        var continued = new Pretrainer(AutoMaeRuns.Source, options).Run(_folder);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
        CollectionAssert.AreEqual(whole.Metrics.Select(metrics => metrics.LearnedMasking).ToArray(), continued.Metrics.Select(metrics => metrics.LearnedMasking).ToArray());
    }

    [TestMethod]
    public void Run_WithAFolder_LogsEachMeasureAndReadsItBack()
    {
        var options = AutoMaeRuns.Options();
        var trained = new Pretrainer(AutoMaeRuns.Source, options).Run(_folder).Metrics;
        var entries = MetricsLog.Read(new RunFolder(_folder).MetricsPath);
        CollectionAssert.AreEqual(trained.Select(metrics => metrics.LearnedMasking!.GeneratorEntropy!.Value).ToArray(), entries.Select(entry => entry.Values["generator_entropy"]).ToArray());
        CollectionAssert.AreEqual(trained.ToArray(), new Pretrainer(AutoMaeRuns.Source, options).Run(_folder).Metrics.ToArray(), "read back");
        Assert.IsTrue(trained.All(metrics => metrics.LearnedMasking!.GuidedShare is > 0.75 and < 1 && metrics.LearnedMasking.DiscriminatorLoss > 0));
    }

    [TestMethod]
    public void Run_EveryStep_TellsTheMeansOfTheEpochSoFar()
    {
        var reports = new List<PretrainingMetrics>();
        var options = AutoMaeRuns.Options(epochs: 1);
        new Pretrainer(AutoMaeRuns.Source, options).Run(progress: new SynchronousProgress(reports.Add));
        Assert.HasCount(AutoMaeRuns.StepsPerEpoch + 1, reports);
        Assert.AreEqual(reports[^2].LearnedMasking, reports[^1].LearnedMasking, "the end of the epoch");
        Assert.AreEqual(AutoMaeRuns.StepsPerEpoch, reports.Select(metrics => metrics.LearnedMasking).Distinct().Count());
    }

    [TestMethod]
    public void Run_MasksAreLearned_GivesTheGeneratorWithTheAutoencoderAndNotWithTheEncoder()
    {
        var result = new Pretrainer(AutoMaeRuns.Source, AutoMaeRuns.Options(epochs: 1)).Run();
        CollectionAssert.AreEqual(new long[] { 6, 4, 3, 3 }, result.Autoencoder["scorer_pred.main.0.weight"].Shape.ToArray());
        Assert.IsFalse(result.Encoder.Weights.Names.Any(name => name.StartsWith("scorer_pred", StringComparison.Ordinal)));
        Assert.IsFalse(result.Autoencoder.Names.Any(name => name.StartsWith("conv", StringComparison.Ordinal)), "the discriminator is for training only");
    }

    [TestMethod]
    [DataRow(true, ComputePrecision.Float32)]
    [DataRow(true, ComputePrecision.BFloat16)]
    [DataRow(false, ComputePrecision.Float32)]
    public void Run_Released_TrainsAllThreeNetworks(bool kernels, ComputePrecision precision)
    {
        var options = AutoMaeRuns.Options(AutoMaeOptions.Released(), kernels: kernels);
        options.Precision = precision;
        var result = new Pretrainer(AutoMaeRuns.Source, options).Run();
        Assert.IsTrue(result.Metrics.All(metrics => double.IsFinite(metrics.Loss) && metrics.LearnedMasking!.GuidedShare == 1));
        Assert.IsLessThan(result.Metrics[0].Loss, result.Metrics[^1].Loss);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(5)]
    public void Run_InParts_LearnsWhatTheWholeBatchDoes(int atATime)
    {
        // One step, its losses and those after it: the same sums in another order.
        const double Tolerance = 1e-4;
        var options = AutoMaeRuns.Options(kernels: false, epochs: 2);
        options.BatchSize = AutoMaeRuns.Images;
        var whole = new Pretrainer(AutoMaeRuns.Source, options).Run();
        options.MicroBatchSize = atATime;
        var parts = new Pretrainer(AutoMaeRuns.Source, options).Run();
        foreach (var (expected, actual) in whole.Metrics.Zip(parts.Metrics))
        {
            Assert.AreEqual(expected.Loss, actual.Loss, Tolerance);
            Assert.AreEqual(expected.LearnedMasking!.GeneratorEntropy!.Value, actual.LearnedMasking!.GeneratorEntropy!.Value, Tolerance);
        }
    }

    [TestMethod]
    public void Run_MoreLoaderThreads_IsEqualBitForBit()
    {
        var options = AutoMaeRuns.Options(epochs: 2);
        var one = new Pretrainer(AutoMaeRuns.Source, options).Run();
        options.LoaderThreads = 3;
        CollectionAssert.AreEqual(TinyRun.Bytes(one), TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()));
        options.Seed++;
        CollectionAssert.AreNotEqual(TinyRun.Bytes(one), TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()));
    }

    [TestMethod]
    public void Run_ProviderThatSuitsTheKernels_IsEqualBitForBit()
    {
        var options = AutoMaeRuns.Options(epochs: 2);
        var provider = AutoMaeRuns.Untrained(2, shape => shape.Width = 32);
        Assert.IsTrue(ParallelEncoder.Suits(provider.Architecture, blocksLeft: 1));
        options.Masking = new AutoMaeMasking(provider);
        CollectionAssert.AreEqual(TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()), TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "kernels")]
    [DataRow(false, DisplayName = "autograd")]
    public void Run_GuidedLoss_WeighsThePatchesThatAreMaskedNow(bool kernels)
    {
        // Maps that are the same everywhere weigh every patch alike, and a map of one bright patch only where that patch is masked.
        var options = AutoMaeRuns.Options(kernels: kernels, epochs: 2);
        var plain = new Pretrainer(AutoMaeRuns.Source, options).Run();
        options.Guidance = new AttentionLossOptions { Gamma = 1 };
        var flat = new Pretrainer(AutoMaeRuns.Source, options, maps: new SampleMaps(Guidance: new AttentionMapTable(AutoMaeRuns.Images, new PatchGrid(4, 4)))).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(plain), TinyRun.Bytes(flat));
        var guided = new Pretrainer(AutoMaeRuns.Source, options, maps: new SampleMaps(Guidance: OnePatch())).Run();
        Assert.IsTrue(guided.Metrics.All(metrics => metrics.PlainLoss < metrics.Loss && metrics.ForegroundShare > 0));
    }

    [TestMethod]
    public void Run_UniformityStochasticDepthAndAverage_GoTogetherWithLearnedMasks()
    {
        var options = AutoMaeRuns.Options(epochs: 2);
        (options.UniformityWeight, options.DropPath, options.Optimization.WeightAverageDecay, options.Optimization.MaxGradientNorm) = (0.01, 0.1, 0.9, 1);
        var result = new Pretrainer(AutoMaeRuns.Source, options, AutoMaeRuns.Source).Run();
        Assert.IsTrue(result.Metrics.All(metrics => double.IsFinite(metrics.Loss) && double.IsFinite(metrics.ValidationLoss!.Value)));
    }

    [TestMethod]
    public void Run_ProviderWithOtherPixelScaling_SeesTheSameImages()
    {
        // The first layer of a provider that was trained on pixels (x - m) / d, rewritten for pixels 0..1, with the same result but for rounding.
        const double Tolerance = 1e-4;
        var rescaled = AutoMaeRuns.WithPlainPixels(AutoMaeRuns.Provider);
        var options = AutoMaeRuns.Options(epochs: 1);
        var first = new Pretrainer(AutoMaeRuns.Source, options).Run().Metrics[0];
        options.Masking = new AutoMaeMasking(rescaled);
        var second = new Pretrainer(AutoMaeRuns.Source, options).Run().Metrics[0];
        Assert.AreEqual(first.Loss, second.Loss, Tolerance);
        Assert.AreEqual(first.LearnedMasking!.GeneratorEntropy!.Value, second.LearnedMasking!.GeneratorEntropy!.Value, Tolerance);
        Assert.AreEqual(first.LearnedMasking.GuidedTopQuarterShare!.Value, second.LearnedMasking.GuidedTopQuarterShare!.Value, Tolerance);
    }

    [TestMethod]
    public void Run_FolderOfAnotherProviderOrOptions_NamesBoth()
    {
        var options = AutoMaeRuns.Options(epochs: 1);
        new Pretrainer(AutoMaeRuns.Source, options).Run(_folder);
        options.Masking = new AutoMaeMasking(AutoMaeRuns.Untrained(heads: 2));
        string message = Assert.ThrowsExactly<CheckpointMismatchException>(() => new Pretrainer(AutoMaeRuns.Source, options).Run(_folder)).Message;
        Assert.Contains("provider vit 16x2 heads 4", message);
        Assert.Contains("provider vit 16x2 heads 2", message);
        options.Masking = new AutoMaeMasking(AutoMaeRuns.Provider, new AutoMaeOptions { AdversarialWeight = 0.5 });
        message = Assert.ThrowsExactly<CheckpointMismatchException>(() => new Pretrainer(AutoMaeRuns.Source, options).Run(_folder)).Message;
        Assert.Contains("weight 0.2", message);
        Assert.Contains("weight 0.5", message);
    }

    [TestMethod]
    public void Run_DiscriminatorDiverges_KeepsTheLastGoodState()
    {
        var options = AutoMaeRuns.Options(new AutoMaeOptions { DiscriminatorLearningRatePer256 = 1e30 });
        options.Optimization.WarmupEpochs = 0;
        using var source = new CancellationTokenSource();
        source.Cancel();
        new Pretrainer(AutoMaeRuns.Source, options).Run(_folder, cancellationToken: source.Token);
        string checkpoint = new RunFolder(_folder).CheckpointPath;
        byte[] before = File.ReadAllBytes(checkpoint);
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new Pretrainer(AutoMaeRuns.Source, options).Run(_folder));
        Assert.AreEqual(checkpoint, exception.Checkpoint);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(checkpoint));
    }

    [TestMethod]
    public void Step_LossNotFinite_ChangesNeitherModelNorGenerator()
    {
        var options = AutoMaeRuns.Options(epochs: 1);
        using var session = new PretrainingSession(options);
        var learned = (AutoMae)session.LearnedMasking!;
        using (torch.no_grad())
        {
            session.Model.Parameters["norm.bias"].fill_(float.PositiveInfinity);
        }

        byte[] model = TensorMemory.ToArray(session.Model.Parameters.Values), generator = TensorMemory.ToArray(learned.GeneratorParameters.Values);
        using var batch = new BatchLoader(AutoMaeRuns.Source, options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = 8, Threads = 1 }).Epoch(new TrainingProgress(0, 1)).First();
        Assert.IsFalse(double.IsFinite(session.Step(batch, new StepMoment(new TrainingProgress(0, 1), 0, 0.1)).Loss));
        CollectionAssert.AreEqual(model, TensorMemory.ToArray(session.Model.Parameters.Values));
        CollectionAssert.AreEqual(generator, TensorMemory.ToArray(learned.GeneratorParameters.Values));
    }

    [TestMethod]
    [DataRow(4, 4, 3)]
    [DataRow(4, 7, 1)]
    [DataRow(13, 5, 3)]
    [DataRow(32, 32, 3)]
    public void Run_AnyGridAndChannels_TrainsGeneratorAndEncoder(int rows, int columns, int channels)
    {
        void Shape(VisionTransformerOptions shape)
        {
            (shape.ImageHeight, shape.ImageWidth, shape.PatchSize, shape.Channels) = (2 * rows, 2 * columns, 2, channels);
            (shape.PixelMean, shape.PixelStandardDeviation) = ([0.5f], [0.25f]);
        }

        var options = TinyRun.Options(2);
        Shape(options.Architecture);
        options.Masking = new AutoMaeMasking(AutoMaeRuns.Untrained(heads: 4, Shape));
        var images = new SyntheticImages(AutoMaeRuns.Images, TinyRun.ImageSize, channels: channels);
        var first = new Pretrainer(images, options).Run();
        options.Epochs = 0;
        var untrained = new Pretrainer(images, options).Run();
        Assert.IsTrue(first.Metrics.All(epoch => epoch.LearnedMasking!.GeneratorEntropy is > 0 and <= 1 && double.IsFinite(epoch.Loss)), "finite all along");
        foreach (string name in first.MaskGenerator!.Weights.Names)
        {
            CollectionAssert.AreNotEqual(untrained.MaskGenerator!.Weights[name].Bytes, first.MaskGenerator.Weights[name].Bytes, name);
        }
    }

    [TestMethod]
    public void Run_Twice_LeavesNoTensorBehind()
    {
        var options = AutoMaeRuns.Options(epochs: 1);
        new Pretrainer(AutoMaeRuns.Source, options).Run();
        long live = LiveTensors.Settled();
        new Pretrainer(AutoMaeRuns.Source, options).Run();
        Assert.AreEqual(live, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Constructor_WhatCannotWorkTogether_IsNamedWithWhatToDo()
    {
        var options = AutoMaeRuns.Options();
        options.Decoder = new LinearDecoderOptions();
        (options.Architecture.ImageHeight, options.Architecture.ImageWidth) = (12, 24);
        string message = Assert.ThrowsExactly<InvalidOptionsException>(() => new Pretrainer(AutoMaeRuns.Source, options)).Message;
        Assert.Contains("Attention provider must see the same crops in the same patches as the encoder being trained, 12x24x3 pixels in 3x6 patches of 4", message);
        Assert.Contains("but is 16x16x3 pixels in 4x4 patches of 4.", message);
        Assert.Contains("Decoder must be MaeDecoderOptions with AutoMaeMasking", message);
        Assert.Contains("Grid must have at least 4 rows and columns of patches with AutoMaeMasking", message);
        options = AutoMaeRuns.Options(new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopShare = 0.05 } });
        Assert.Contains("Top patches at TopShare 0.05 must be at least 1", Assert.ThrowsExactly<InvalidOptionsException>(() => new Pretrainer(AutoMaeRuns.Source, options)).Message);
    }

    [TestMethod]
    public void Run_ProviderWithoutATensor_NamesIt()
    {
        var weights = new StateDictionary();
        foreach (string name in AutoMaeRuns.Provider.Weights.Names.Where(name => name != "cls_token"))
        {
            weights[name] = AutoMaeRuns.Provider.Weights[name];
        }

        var options = AutoMaeRuns.Options();
        options.Masking = new AutoMaeMasking(AutoMaeRuns.Provider with { Weights = weights });
        Assert.Contains("cls_token", Assert.ThrowsExactly<CheckpointMismatchException>(() => new Pretrainer(AutoMaeRuns.Source, options).Run()).Message);
    }

    private static AttentionMapTable OnePatch()
    {
        var maps = new AttentionMapTable(AutoMaeRuns.Images, new PatchGrid(4, 4));
        for (int image = 0; image < AutoMaeRuns.Images; image++)
        {
            maps.Set(image, [.. Enumerable.Range(0, 16).Select(cell => cell == 5 ? 1f : 0)]);
        }

        return maps;
    }

    private static void CancelAt(PretrainingMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % AutoMaeRuns.StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }
}
