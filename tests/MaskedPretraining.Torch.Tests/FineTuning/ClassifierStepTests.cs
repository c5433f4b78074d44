using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.FineTuning;

/// <summary>Gradients of the classifier: written out against autograd, and autograd against differences of the loss.</summary>
[TestClass]
public sealed class ClassifierStepTests
{
    private const int Images = 6;

    // Single precision in another order of summation.
    private const double OrderTolerance = 2e-4;

    // Losses of about 1.4 with 7 digits, 2e-3 apart.
    private const double DifferenceFloor = 3e-4;
    private const double DifferenceStep = 1e-3;
    private const double DifferenceTolerance = 0.02;

    public static IEnumerable<object[]> Poolings =>
    [
        [TokenPooling.ClassToken], [TokenPooling.NormalizedMean], [TokenPooling.MeanThenNorm], [TokenPooling.ClassTokensOf(2, withMean: true)],
    ];

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Run_EveryPooling_GradientsAreDifferencesOfTheLoss(TokenPooling pooling)
    {
        using var scope = NewDisposeScope();
        using var model = Model(pooling);
        using var step = new ClassifierStep(model, null, usesKernels: false);
        var images = Batch(model, dropPath: 0.3);
        step.Run(images, Images);
        Gradients.AreCentralDifferences(model.Parameters, Gradients.Of(model.Parameters), () => Loss(model, images), DifferenceStep, DifferenceTolerance, DifferenceFloor);
    }

    [TestMethod]
    [DataRow(null, 0.0)]
    [DataRow(null, 0.4)]
    [DataRow(1, 0.4)]
    public void Run_WrittenOut_EqualsAutograd(int? firstTrained, double dropPath)
    {
        using var scope = NewDisposeScope();
        using var recorded = Model(TokenPooling.MeanThenNorm);
        using var written = recorded.WithOwnGradients();
        using var plain = new ClassifierStep(recorded, firstTrained, usesKernels: false);
        using var kernels = new ClassifierStep(written, firstTrained, usesKernels: true);
        var images = Batch(recorded, dropPath);
        Assert.AreEqual(plain.Run(images, Images), kernels.Run(images, Images), 1e-5);
        Gradients.AreNear(Gradients.Of(recorded.Parameters), Gradients.Of(written.Parameters), OrderTolerance, 1e-7);
    }

    [TestMethod]
    public void Run_OnSeveralCores_EqualsOne()
    {
        using var scope = NewDisposeScope();
        using var one = Model(TokenPooling.ClassToken);
        using var several = one.WithOwnGradients();
        using var alone = new ParallelClassifierStep(one, null, cores: 1);
        using var together = new ParallelClassifierStep(several, null, cores: 3);
        var images = Batch(one, dropPath: 0.4);
        Assert.AreEqual(alone.Run(images), together.Run(images), 1e-5);
        Gradients.AreNear(Gradients.Of(one.Parameters), Gradients.Of(several.Parameters), OrderTolerance, 1e-7);
    }

    [TestMethod]
    public void Run_FrozenBlocks_HaveNoGradient()
    {
        using var scope = NewDisposeScope();
        foreach (bool usesKernels in new[] { true, false })
        {
            using var model = Model(TokenPooling.MeanThenNorm);
            using var step = new ClassifierStep(model, firstTrained: 2, usesKernels);
            step.Run(Batch(model, dropPath: 0), Images);
            foreach (var (name, gradient) in Gradients.Of(model.Parameters))
            {
                bool isZero = gradient.All(value => value == 0);
                Assert.AreEqual(!ClassifierModel.IsBehind(name, 2) || name.StartsWith("norm.", StringComparison.Ordinal), isZero, name);
            }
        }
    }

    private static double Loss(ClassifierModel model, LabeledTensors images)
    {
        using var scope = NewDisposeScope();
        var logits = model.Score(model.Features(images.Patches, images.Tokens, Images, images.BranchScaleTensor(ScalarType.Float32)));
        // The obvious cross-entropy in double precision.
        float[] scores = TensorMemory.ToSingles(logits), targets = TensorMemory.ToSingles(images.Targets);
        double sum = 0;
        for (int image = 0; image < Images; image++)
        {
            double[] row = [.. scores.Skip(image * TinyFineTuning.Classes).Take(TinyFineTuning.Classes).Select(score => (double)score)];
            double normalizer = Math.Log(row.Sum(Math.Exp));
            sum -= row.Select((score, label) => targets[(image * TinyFineTuning.Classes) + label] * (score - normalizer)).Sum();
        }

        return sum / Images;
    }

    private static ClassifierModel Model(TokenPooling pooling)
    {
        var model = ClassifierModel.Create(TinyFineTuning.Architecture(), pooling, TinyFineTuning.Classes, ScalarType.Float32, CPU, decaysTokens: false);
        model.Parameters.Initialize(1);
        using var frozen = no_grad();
        using var generator = new Generator(2);
        using var noise = randn(new long[] { model.Parameters.Length }, generator: generator).mul_(0.1);
        model.Parameters.Values.add_(noise);
        return model;
    }

    private static LabeledTensors Batch(ClassifierModel model, double dropPath)
    {
        using var generator = new Generator(3);
        var architecture = TinyFineTuning.Architecture();
        int tokens = architecture.Grid.Count + 1;
        long[] numbers = [.. Enumerable.Range(0, Images * tokens).Select(number => (long)(number % tokens))];
        float[] scales = new StochasticDepth(TinyFineTuning.Depth, dropPath, seed: 1).Draw([0, 1, 2, 3, 4, 5], epoch: 0);
        return new LabeledTensors(
            Images,
            randn(new long[] { Images * architecture.Grid.Count, architecture.PatchLength }, generator: generator),
            TensorMemory.From<long>(numbers, ScalarType.Int64, CPU, numbers.Length),
            randn(new long[] { Images, TinyFineTuning.Classes }, generator: generator).softmax(1),
            new BranchScales(scales, Images));
    }
}
