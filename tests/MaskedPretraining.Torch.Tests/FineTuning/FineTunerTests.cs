using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.FineTuning;

[TestClass]
public sealed class FineTunerTests
{
    [TestMethod]
    [DataRow(true, DisplayName = "kernels")]
    [DataRow(false, DisplayName = "autograd")]
    public void Run_SixteenImages_LearnsThemByHeart(bool suitsKernels)
    {
        var options = TinyFineTuning.Options(epochs: 60);
        options.Optimization.LearningRatePer256 = 0.2;
        options.DropPath = 0.1;
        options.LayerDecay = 0.75;
        var images = TinyFineTuning.Images();
        var result = new FineTuner(TinyFineTuning.Encoder(TinyFineTuning.Architecture(suitsKernels)), images, options, images).Run();
        Assert.AreEqual(1.0, result.Metrics.Max(metrics => metrics.ValidationAccuracy));
        Assert.IsLessThan(0.1, result.Metrics[^1].Loss);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Run_LastBlocks_LeavesTheOthersBitForBit(int trained)
    {
        var options = TinyFineTuning.Options();
        (options.TrainedBlocks, options.DropPath) = (trained, 0.3);
        foreach (bool suitsKernels in new[] { true, false })
        {
            var encoder = TinyFineTuning.Encoder(TinyFineTuning.Architecture(suitsKernels));
            var result = new FineTuner(encoder, TinyFineTuning.Images(), options).Run();
            foreach (string name in encoder.Weights.Names)
            {
                // The final normalisation is not read with a normalisation of the mean.
                bool isTrained = ClassifierModel.IsBehind(name, TinyFineTuning.Depth - trained) && !name.StartsWith("norm.", StringComparison.Ordinal);
                Assert.AreEqual(!isTrained, encoder.Weights[name].Bytes.SequenceEqual(result.Classifier.Encoder.Weights[name].Bytes), name);
            }

            Assert.IsTrue(result.Classifier.Head.Weight.Any(value => Math.Abs(value) > 1e-3), "the head is trained");
        }
    }

    [TestMethod]
    public void Run_RelativePositionsPartlyFrozen_KeepsTheSharedTable()
    {
        var architecture = TinyFineTuning.Architecture();
        (architecture.Position, architecture.LayerScale) = (PositionEmbedding.Relative, 0.1);
        var encoder = TinyFineTuning.Encoder(architecture);
        var options = TinyFineTuning.Options();
        var whole = new FineTuner(encoder, TinyFineTuning.Images(), options).Run().Classifier;
        options.TrainedBlocks = 1;
        var part = new FineTuner(encoder, TinyFineTuning.Images(), options).Run().Classifier;
        const string Table = "rel_pos_bias.relative_position_bias_table";
        Assert.IsFalse(encoder.Weights[Table].Bytes.SequenceEqual(whole.Encoder.Weights[Table].Bytes));
        Assert.IsTrue(encoder.Weights[Table].Bytes.SequenceEqual(part.Encoder.Weights[Table].Bytes));
    }

    [TestMethod]
    public void Run_WithValidation_ReturnsTheBestEpoch()
    {
        var options = TinyFineTuning.Options(epochs: 6);
        var training = TinyFineTuning.Images();
        var result = new FineTuner(TinyFineTuning.Encoder(), training, options, Contradicting(training)).Run();
        var best = result.Metrics.OrderByDescending(metrics => metrics.ValidationAccuracy).ThenBy(metrics => metrics.ValidationLoss).First();
        Assert.AreEqual(best.Epoch, result.BestEpoch);
        Assert.AreNotEqual(5, result.BestEpoch, "the last epoch would show nothing");
        var stopped = RunUntil(new FineTuner(TinyFineTuning.Encoder(), training, options), best.Epoch);
        CollectionAssert.AreEqual(TinyFineTuning.Bytes(stopped.Classifier), TinyFineTuning.Bytes(result.Classifier));
    }

    [TestMethod]
    public void Run_WithPatience_EndsWhenNothingImproves()
    {
        var options = TinyFineTuning.Options(epochs: 20);
        options.Patience = 2;
        var training = TinyFineTuning.Images();
        var result = new FineTuner(TinyFineTuning.Encoder(), training, options, Contradicting(training)).Run();
        Assert.IsLessThan(20, result.Metrics.Count);
        Assert.AreEqual(result.BestEpoch + 2, result.Metrics[^1].Epoch);
        Assert.IsFalse(result.WasCancelled);
    }

    [TestMethod]
    public void Run_FromAClassifier_GoesOnWithItsHead()
    {
        var options = TinyFineTuning.Options(epochs: 30);
        var images = TinyFineTuning.Images();
        var first = new FineTuner(TinyFineTuning.Encoder(), images, options).Run();
        options.Epochs = 1;
        var second = new FineTuner(first.Classifier, images, options).Run();
        Assert.IsLessThan(first.Metrics[0].Loss / 2, second.Metrics[0].Loss);
    }

    [TestMethod]
    public void Constructor_ClassifierOfOtherClasses_NamesBoth()
    {
        var images = TinyFineTuning.Images();
        var first = new FineTuner(TinyFineTuning.Encoder(), images, TinyFineTuning.Options()).Run();
        var others = new LabeledImageSource(images, [.. Enumerable.Range(0, 16).Select(image => image % 2)], ["hen", "pig"]);
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new FineTuner(first.Classifier, others, TinyFineTuning.Options()));
        Assert.Contains("hen, pig", exception.Message);
        Assert.Contains("cat, dog, owl, fox", exception.Message);
    }

    [TestMethod]
    public void Constructor_OneClass_SaysWhich()
    {
        var images = new LabeledImageSource(new SyntheticImages(4, TinyRun.ImageSize), [1, 1, 1, 1], TinyFineTuning.ClassNames);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new FineTuner(TinyFineTuning.Encoder(), images));
        Assert.Contains("'dog'", exception.Message);
    }

    [TestMethod]
    public void Constructor_ValidationClassWithoutTraining_NamesIt()
    {
        var training = new LabeledImageSource(new SyntheticImages(4, TinyRun.ImageSize), [0, 1, 0, 1], TinyFineTuning.ClassNames);
        var validation = new LabeledImageSource(new SyntheticImages(2, TinyRun.ImageSize), [0, 3], TinyFineTuning.ClassNames);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new FineTuner(TinyFineTuning.Encoder(), training, validation: validation));
        Assert.Contains("'fox'", exception.Message);
    }

    [TestMethod]
    public void Constructor_BadOptions_ListsAll()
    {
        var options = TinyFineTuning.Options();
        (options.TrainedBlocks, options.LayerDecay, options.LabelSmoothing, options.DropPath, options.Patience) = (4, 1.1, 1, -0.1, 3);
        (options.Pooling, options.Optimization.WeightAverageDecay) = (TokenPooling.ClassTokensOf(5), 0.9);
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new FineTuner(TinyFineTuning.Encoder(), TinyFineTuning.Images(), options));
        Assert.HasCount(7, exception.Errors);
    }

    [TestMethod]
    public void Constructor_EncoderWithoutATensor_NamesItBeforeTraining()
    {
        var whole = TinyFineTuning.Encoder();
        var weights = new Core.Checkpoints.StateDictionary();
        foreach (string name in whole.Weights.Names.Where(name => name != "blocks.1.mlp.fc1.bias"))
        {
            weights[name] = whole.Weights[name];
        }

        var exception = Assert.ThrowsExactly<CheckpointMismatchException>(() => new FineTuner(whole with { Weights = weights }, TinyFineTuning.Images(), TinyFineTuning.Options()).Run());
        Assert.Contains("blocks.1.mlp.fc1.bias", exception.Message);
    }

    [TestMethod]
    public void Run_RateBeyondReason_SaysThatItDivergedAndKeepsTheLastGoodState()
    {
        string folder = Directory.CreateTempSubdirectory("finetune-").FullName;
        try
        {
            var options = TinyFineTuning.Options(epochs: 3);
            new FineTuner(TinyFineTuning.Encoder(), TinyFineTuning.Images(), options).Run(folder);
            string checkpoint = new RunFolder(folder).CheckpointPath;
            byte[] before = File.ReadAllBytes(checkpoint);
            options.Optimization.LearningRatePer256 = 1e300;
            var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new FineTuner(TinyFineTuning.Encoder(), TinyFineTuning.Images(), options).Run());
            Assert.IsNull(exception.Checkpoint);
            CollectionAssert.AreEqual(before, File.ReadAllBytes(checkpoint));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Run_Twice_LeavesNoTensorsBehind()
    {
        var encoder = TinyFineTuning.Encoder();
        var images = TinyFineTuning.Images();
        void Once() => new FineTuner(encoder, images, TinyFineTuning.Options(epochs: 1), images).Run();
        Once();
        long before = LiveTensors.Settled();
        Once();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    // The same images with other classes: the better they are learnt, the worse the validation.
    private static LabeledImageSource Contradicting(ILabeledImageSource images) =>
        new(images, [.. Enumerable.Range(0, images.Count).Select(image => (images.LabelOf(image) + 1) % TinyFineTuning.Classes)], images.ClassNames);

    private static FineTuningResult RunUntil(FineTuner tuner, int epoch)
    {
        using var source = new CancellationTokenSource();
        return tuner.Run(
            progress: new RecordedProgress(metrics =>
            {
                if (metrics.IsEpochEnd && metrics.Epoch == epoch)
                {
                    source.Cancel();
                }
            }),
            cancellationToken: source.Token);
    }
}
