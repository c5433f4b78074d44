using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>Steps of the game on the 14x14 grid, with nothing in the place of the autoencoder.</summary>
[TestClass]
public sealed class AutoMaeStepTests
{
    private const int Batch = 64;
    private const int Side = 28;
    private const int ModelSpecs = 30;
    private static readonly PatchGrid Grid = new(14, 14);
    private static readonly Lazy<EncoderWeights> Provider = new(() => AutoMaeRuns.Untrained(4, shape => (shape.ImageHeight, shape.ImageWidth, shape.PatchSize) = (Side, Side, 2)));
    private static readonly Lazy<MaskedImages> LazyImages = new(() => Load(Batch));

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    [DataRow(0.2)]
    [DataRow(0.3)]
    [DataRow(0.35)]
    [DataRow(0.5)]
    public void AddGradients_ManySteps_MasksWithTheClosedFormsProbabilities(double bonus)
    {
        // 5 x 64 images of 49 top patches: standard errors below 0.0035; the closed form is that of a large grid, which costs less than 0.002 with 196 patches.
        const int Steps = 5;
        const double Tolerance = 0.012;
        double guided = 0, ofTop = 0;
        using var game = Game(new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopBonus = bonus } });
        for (int epoch = 0; epoch < Steps; epoch++)
        {
            long[][] tops = TopsOf(game, epoch), masked = [.. MasksOf(game, epoch).Masked.ToArray().Chunk(147)];
            ofTop += tops.Zip(masked).Average(pair => pair.First.Intersect(pair.Second).Count() / 49.0) / Steps;
            guided += game.Metrics.GuidedShare!.Value / Steps;
        }

        double ofRest = (147 - (49 * ofTop)) / 147, saturated = Math.Min(bonus, 1.0 / 3);
        Assert.AreEqual(0.75 + (0.75 * saturated), ofTop, Tolerance, "P(mask | top)");
        Assert.AreEqual(0.75 - (0.25 * saturated), ofRest, Tolerance, "P(mask | rest)");
        Assert.AreEqual(ofTop, guided, 1e-6, "what is reported");
    }

    [TestMethod]
    public void AddGradients_SaturatedBonus_MasksEveryTopPatch()
    {
        using var game = Game(AutoMaeOptions.Released());
        var tops = TopsOf(game, 0, AutoMaeOptions.Released().Generator);
        Assert.IsTrue(tops.Zip(MasksOf(game, 0).Masked.ToArray().Chunk(147)).All(pair => !pair.First.Except(pair.Second).Any()));
        Assert.AreEqual(1, game.Metrics.GuidedShare!.Value);
    }

    [TestMethod]
    public void AddGradients_NoBonus_PlansWhatRandomMaskingPlans()
    {
        using var game = Game(new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopBonus = 0 } });
        var masks = MasksOf(game, epoch: 3);
        var (visible, masked) = (new int[49], new int[147]);
        for (int image = 0; image < Batch; image++)
        {
            new RandomMasking().Plan(new SampleContext(Grid, new TrainingProgress(3, 10), new RandomStream(Seed, RandomPurpose.Mask, 3, image)), visible, masked);
            CollectionAssert.AreEqual(visible, masks.Visible.Slice(image * 49, 49).ToArray().Select(patch => (int)patch).ToArray());
            CollectionAssert.AreEqual(masked, masks.Masked.Slice(image * 147, 147).ToArray().Select(patch => (int)patch).ToArray());
        }
    }

    [TestMethod]
    [DataRow(0.75, 49)]
    [DataRow(0.6, 78)]
    [DataRow(0.8, 39)]
    [DataRow(0.9, 19)]
    public void AddGradients_AnyRatio_ListsEveryPatchOnce(double ratio, int visible)
    {
        using var game = Game(new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { MaskRatio = ratio } });
        var masks = MasksOf(game, 0);
        foreach (var (seen, hidden) in masks.Visible.ToArray().Chunk(visible).Zip(masks.Masked.ToArray().Chunk(196 - visible)))
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, 196).ToArray(), seen.Concat(hidden).Order().Select(patch => (int)patch).ToArray());
        }
    }

    [TestMethod]
    [DataRow(DiscriminatorInput.Jittered)]
    [DataRow(DiscriminatorInput.Sample)]
    public void AddGradients_EachSide_LearnsInItsOwnTurn(DiscriminatorInput input)
    {
        using var game = Game(new AutoMaeOptions { DiscriminatorInput = input });
        float[] before = TensorMemory.ToSingles(game.DiscriminatorParameters.Values), between = [];
        float[] generator = TensorMemory.ToSingles(game.GeneratorParameters.Values);
        game.AddGradients(LazyImages.Value, Samples, At(0, 0.01), masked =>
        {
            between = TensorMemory.ToSingles(game.DiscriminatorParameters.Values);
            Assert.IsTrue(AreZero(game.GeneratorParameters.Gradients), "the discriminator's turn gives the generator nothing");
            masked.GateGradients.Span.Fill(1);
            return default;
        });
        CollectionAssert.AreNotEqual(before, between, "the discriminator's step comes before the autoencoder's pass");
        CollectionAssert.AreEqual(between, TensorMemory.ToSingles(game.DiscriminatorParameters.Values), "and is the only one");
        Assert.IsTrue(AreZero(game.DiscriminatorParameters.Gradients), "the generator's turn gives the discriminator nothing");
        Assert.IsFalse(AreZero(game.GeneratorParameters.Gradients));
        CollectionAssert.AreEqual(generator, TensorMemory.ToSingles(game.GeneratorParameters.Values), "the generator waits for its step");
        game.Step(At(0, 0.01));
        CollectionAssert.AreNotEqual(generator, TensorMemory.ToSingles(game.GeneratorParameters.Values));
    }

    [TestMethod]
    public void AddGradients_NoWeightOnTheGame_LeavesTheReconstructionsGradientAlone()
    {
        using var game = Game(new AutoMaeOptions { AdversarialWeight = 0 });
        game.AddGradients(LazyImages.Value, Samples, At(0, 0), _ => default);
        Assert.IsTrue(AreZero(game.GeneratorParameters.Gradients), "a pass that no gate matters to");
        game.AddGradients(LazyImages.Value, Samples, At(0, 0), masked =>
        {
            masked.GateGradients.Span[5] = 1;
            return default;
        });
        Assert.IsFalse(AreZero(game.GeneratorParameters.Gradients));
    }

    [TestMethod]
    public void AddGradients_Losses_AreTheReconstructionsPlusTheWeightedGames()
    {
        using var game = Game(new AutoMaeOptions { AdversarialWeight = 0.3 });
        var losses = game.AddGradients(LazyImages.Value, Samples, At(0, 0), _ => new StepLosses(2, 1.5, 0.5));
        Assert.AreEqual(2 + (0.3 * game.Metrics.GeneratorLoss!.Value), losses.Loss, 1e-12);
        Assert.AreEqual((1.5, 0.5), (losses.Plain, losses.Foreground));
    }

    [TestMethod]
    public void AddGradients_FirstStep_ReportsBothSides()
    {
        // With first weights the logits differ little, so that the generator is far from certain and no better than chance by much.
        using var game = Game(new AutoMaeOptions());
        MasksOf(game, 0);
        var metrics = game.Metrics;
        Assert.IsTrue(metrics.GeneratorEntropy is > 0.9 and <= 1, $"{metrics.GeneratorEntropy}");
        Assert.AreEqual(0.25, metrics.GuidedTopQuarterShare!.Value, 0.15);
        Assert.IsTrue(metrics.MaskedTopQuarterShare is > 0.2 and < 1.0 / 3, $"{metrics.MaskedTopQuarterShare}");
        // Variances of scores within a side come on top of the squares of their means.
        Assert.IsGreaterThanOrEqualTo(Math.Pow(metrics.RectangleScore!.Value - 1, 2) + Math.Pow(metrics.GeneratorScore!.Value, 2) - 1e-6, metrics.DiscriminatorLoss!.Value);
        Assert.IsNull(metrics.Collapse);
    }

    [TestMethod]
    public void AddGradients_DiscriminatorOverflows_IsToldAndTakesNoStep()
    {
        using var game = Game(new AutoMaeOptions { Discriminator = new MaskDiscriminatorOptions { MapScale = 1e30 } });
        float[] before = TensorMemory.ToSingles(game.DiscriminatorParameters.Values);
        Assert.IsFalse(double.IsFinite(MasksAndLosses(game, 0).Losses.Loss));
        CollectionAssert.AreEqual(before, TensorMemory.ToSingles(game.DiscriminatorParameters.Values));
        Assert.IsTrue(game.AreFinite());
    }

    [TestMethod]
    public void AddGradients_DiscriminatorsLearningRate_IsItsShareOfTheRuns()
    {
        // AdamW's first step is the learning rate in the direction of each gradient's sign, but for its epsilon.
        const double Rate = 1e-3, Tolerance = 1e-6;
        foreach (double factor in new[] { 1, 0.25 })
        {
            using var game = Game(new AutoMaeOptions { DiscriminatorLearningRatePer256 = factor * Options(new AutoMaeOptions()).Optimization.LearningRatePer256 });
            float[] before = TensorMemory.ToSingles(game.DiscriminatorParameters.Values);
            game.AddGradients(LazyImages.Value, Samples, At(0, Rate), _ => default);
            double largest = before.Zip(TensorMemory.ToSingles(game.DiscriminatorParameters.Values)).Max(pair => Math.Abs(pair.First - pair.Second));
            Assert.AreEqual(factor * Rate, largest, Tolerance);
        }
    }

    [TestMethod]
    public void AddGradients_ManySteps_KeepsTheNumberOfTensors()
    {
        using var game = Game(new AutoMaeOptions());
        Play();
        long live = LiveTensors.Settled();
        for (int i = 0; i < 3; i++)
        {
            Play();
            Assert.AreEqual(live, Tensor.TotalCount);
        }

        void Play()
        {
            MasksOf(game, 0);
            game.Step(At(0, 0.01));
        }
    }

    private static ulong Seed => Options(new AutoMaeOptions()).Seed;

    private static int[] Samples => [.. Enumerable.Range(0, Batch)];

    private static StepMoment At(int epoch, double learningRate) => new(new TrainingProgress(epoch, 10), epoch, learningRate);

    private static bool AreZero(Tensor values) => Array.TrueForAll(TensorMemory.ToSingles(values), value => value == 0);

    private static PretrainerOptions Options(AutoMaeOptions masking)
    {
        var options = AutoMaeRuns.Options(masking);
        (options.Architecture.ImageHeight, options.Architecture.ImageWidth, options.Architecture.PatchSize, options.BatchSize) = (Side, Side, 2, Batch);
        options.Masking = new AutoMaeMasking(Provider.Value, masking);
        return options;
    }

    private static AutoMae Game(AutoMaeOptions masking)
    {
        var options = Options(masking);
        return new AutoMae((AutoMaeMasking)options.Masking, options, ModelSpecs, CPU);
    }

    private static MaskedImages MasksOf(AutoMae game, int epoch) => MasksAndLosses(game, epoch).Masks;

    private static (MaskedImages Masks, StepLosses Losses) MasksAndLosses(AutoMae game, int epoch)
    {
        MaskedImages? masks = null;
        var losses = game.AddGradients(LazyImages.Value, Samples, At(epoch, 0), masked =>
        {
            masks = masked;
            return default;
        });
        return (masks!, losses);
    }

    // Worked out anew from the generator's weights and the sample's own random numbers.
    private static long[][] TopsOf(AutoMae game, int epoch, MaskGeneratorOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var provider = new AttentionProvider(Provider.Value, CPU);
        var generator = new MaskGenerator(options ?? new MaskGeneratorOptions(), Grid, game.GeneratorParameters);
        float[] logits = TensorMemory.ToSingles(generator.Forward(provider.AttentionOf(LazyImages.Value, Batch)));
        return [.. Enumerable.Range(0, Batch).Select(image =>
        {
            var random = new RandomStream(Seed, RandomPurpose.Mask, epoch, image);
            for (int patch = 0; patch < 196; patch++)
            {
                random.NextSingle();
            }

            double[] scores = [.. logits.Skip(image * 196).Take(196).Select(logit => logit + (float)random.NextGumbel())];
            return Enumerable.Range(0, 196).OrderByDescending(patch => scores[patch]).Take(49).Select(patch => (long)patch).ToArray();
        })];
    }

    private static MaskedImages Load(int count)
    {
        var shape = Provider.Value.Architecture;
        var source = new SyntheticImages(count, Side);
        var patches = new byte[count * Grid.Count * shape.PatchLength];
        for (int image = 0; image < count; image++)
        {
            PatchLayout.ToPatches<byte>(source.Load(image).Pixels, Grid, shape.PatchSize, 3, false, patches.AsSpan(image * Grid.Count * shape.PatchLength, Grid.Count * shape.PatchLength));
        }

        return new MaskedImages(count, patches, default, default);
    }
}
