using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML.Tests;

/// <summary>Models that train in a blink.</summary>
internal static class Tiny
{
    public const int Side = 16;
    public const int Width = 16;

    public static VisionTransformerOptions Encoder(int side = Side, int channels = 3) => new()
    {
        ImageHeight = side,
        ImageWidth = side,
        Channels = channels,
        PatchSize = 4,
        Width = Width,
        Depth = 2,
        Heads = 2,
        PixelMean = [0.5f],
        PixelStandardDeviation = [0.25f],
    };

    public static GuidedMaeOptions Mae(int epochs = 2) => new()
    {
        Architecture = Encoder(),
        Decoder = new MaeDecoderOptions { Width = 8, Depth = 1, Heads = 2 },
        Epochs = epochs,
        BatchSize = 4,
        Optimization = new OptimizationOptions { LearningRatePer256 = 1e-2 },
        Device = ComputeDevice.Cpu,
        Precision = ComputePrecision.Float32,
        Seed = 3,
    };
}
