using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.FineTuning;

/// <summary>Fine-tuning runs that take a fraction of a second.</summary>
internal static class TinyFineTuning
{
    public const int Classes = 4;
    public const int Depth = 3;

    public static string[] ClassNames { get; } = ["cat", "dog", "owl", "fox"];

    /// <summary>Two heads of 16 suit the kernels of any processor.</summary>
    public static VisionTransformerOptions Architecture(bool suitsKernels = true) => new()
    {
        ImageHeight = TinyRun.ImageSize,
        ImageWidth = TinyRun.ImageSize,
        PatchSize = 4,
        Width = suitsKernels ? 32 : 28,
        Depth = Depth,
        Heads = 2,
        MlpRatio = 2,
    };

    public static FineTuningOptions Options(int epochs = 2) => new()
    {
        Epochs = epochs,
        BatchSize = 8,
        Optimization = new OptimizationOptions { LearningRatePer256 = 0.1, WarmupEpochs = 0, Beta2 = 0.999, DecaysClassTokenAndPositions = false },
        Augmentation = AugmentationOptions.None(),
        LabelSmoothing = 0,
        DropPath = 0,
        Seed = 3,
        Device = ComputeDevice.Cpu,
        Precision = ComputePrecision.Float32,
        LoaderThreads = 1,
    };

    /// <summary>First weights of an encoder, with noise on what is zero or one at first.</summary>
    public static EncoderWeights Encoder(VisionTransformerOptions? architecture = null)
    {
        architecture ??= Architecture();
        using var scope = NewDisposeScope();
        using var parameters = new ParameterArena([.. VisionTransformer.Declare(architecture)], ScalarType.Float32, CPU);
        parameters.Initialize(5);
        using (no_grad())
        {
            using var generator = new Generator(4);
            parameters.Values.add_(randn(new long[] { parameters.Length }, generator: generator).mul_(0.02));
        }

        var state = new StateDictionary();
        parameters.Store(state);
        return new EncoderWeights(architecture, state);
    }

    public static ILabeledImageSource Images(int count = 16, ulong seed = 7) =>
        new LabeledImageSource(new SyntheticImages(count, TinyRun.ImageSize, seed), [.. Enumerable.Range(0, count).Select(image => image % Classes)], ClassNames);

    public static byte[] Bytes(ImageClassifierWeights classifier) =>
        [.. classifier.Encoder.Weights.Names.SelectMany(name => classifier.Encoder.Weights[name].Bytes), .. ClassifierModel.StateOf(classifier)[$"{ClassifierModel.Head}.weight"].Bytes];

    public static double[] Losses(FineTuningResult result) => [.. result.Metrics.Select(metrics => metrics.Loss)];
}
