using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Runs that take a fraction of a second.</summary>
internal static class TinyRun
{
    public const int ImageSize = 16;

    /// <summary>Two heads of 16 suit the kernels of any processor.</summary>
    public const int Width = 32;

    /// <summary>A masked autoencoder with pixels as its target, in single precision.</summary>
    public static StepLayout MaeLayout { get; } = new(MaskTokensEnterEncoder: false, NeedsWholeImages: false, ScalarType.Float32);

    public static PretrainerOptions Options(int epochs) => new()
    {
        Architecture = new VisionTransformerOptions { ImageHeight = ImageSize, ImageWidth = ImageSize, PatchSize = 4, Width = Width, Depth = 2, Heads = 2 },
        Decoder = new MaeDecoderOptions { Width = 16, Depth = 1, Heads = 1 },
        Epochs = epochs,
        BatchSize = 8,
        Optimization = new OptimizationOptions { LearningRatePer256 = 0.05 },
        Seed = 3,
        Device = ComputeDevice.Cpu,
        Precision = ComputePrecision.Float32,
        LoaderThreads = 1,
    };

    /// <summary>A width that no kernel's vectors divide: every operation is autograd's.</summary>
    public static PretrainerOptions WithoutKernels(PretrainerOptions options)
    {
        (options.Architecture.Width, options.Decoder) = (28, new MaeDecoderOptions { Width = 20, Depth = 1, Heads = 1 });
        return options;
    }

    /// <summary>Two random epochs, then guided ones with new maps every other epoch.</summary>
    public static PretrainerOptions GuidedOptions(int epochs)
    {
        var options = Options(epochs);
        options.Masking = new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { StartEpoch = 2, RefreshInterval = 2 });
        return options;
    }

    /// <summary>As <see cref="GuidedOptions"/>, with widths that take the way through the written-out passes.</summary>
    public static PretrainerOptions GuidedKernelOptions(int epochs)
    {
        var options = GuidedOptions(epochs);
        (options.Architecture.Width, options.Decoder) = (64, new MaeDecoderOptions { Width = 64, Depth = 1, Heads = 1 });
        return options;
    }

    public static byte[] Bytes(PretrainingResult result) => [.. result.Autoencoder.Names.SelectMany(name => result.Autoencoder[name].Bytes)];

    public static double[] Losses(PretrainingResult result) => [.. result.Metrics.Select(metrics => metrics.Loss)];
}
