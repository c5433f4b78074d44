using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Costs;

/// <summary>A method on an encoder, with counts to compare.</summary>
/// <param name="Name">Method and encoder.</param>
/// <param name="Encoder">The encoder, 224 pixels and patches of 16.</param>
/// <param name="Decoder">The decoder.</param>
/// <param name="Target">What is predicted.</param>
/// <param name="Batch">Images in a batch.</param>
/// <param name="Baseline">What the others are compared with.</param>
/// <param name="Others">At least one.</param>
internal sealed record CostFamily(
    string Name, VisionTransformerOptions Encoder, DecoderOptions Decoder, ReconstructionTarget Target, int Batch, CostCase Baseline, params CostCase[] Others)
{
    private static readonly CostCase[] MaeCases = [new("0.75/0", new(147, 0, 49)), new("0.45/0.40", new(88, 78, 30))];
    private static readonly CostCase[] SimMimCases = [new("0.60/0", new(120, 0, 76)), new("0.44/0.26", new(88, 52, 56)), new("0.33/0.50", new(68, 100, 28))];
    private static readonly CostCase[] MaskFeatCases = [new("0.40/0", new(78, 0, 118)), new("0.40/0.26", new(78, 51, 67)), new("0.40/0.50", new(78, 98, 20))];

    /// <summary>Stochastic depth: SimMIM's recipe has it.</summary>
    public double DropPath { get; init; }

    public PretrainingCost Cost => new(Encoder, Decoder, Target);

    public static IEnumerable<CostFamily> All =>
    [
        new("MAE ViT-Ti", VisionTransformerOptions.Tiny(), new MaeDecoderOptions(), ReconstructionTarget.NormalizedPixels, 16, MaeCases[0], MaeCases[1]),
        new("SimMIM ViT-Ti", SimMim(VisionTransformerOptions.Tiny()), new LinearDecoderOptions(), ReconstructionTarget.Pixels, 16, SimMimCases[0], SimMimCases[1..]) { DropPath = 0.1 },
        new("MaskFeat ViT-Ti", Learned(VisionTransformerOptions.Tiny()), new LinearDecoderOptions(), ReconstructionTarget.Hog(), 16, MaskFeatCases[0], MaskFeatCases[1..]),
        new("MAE ViT-B", VisionTransformerOptions.Base(), new MaeDecoderOptions(), ReconstructionTarget.NormalizedPixels, 32, MaeCases[0], MaeCases[1]),
        new("SimMIM ViT-B", SimMim(VisionTransformerOptions.Base()), new LinearDecoderOptions(), ReconstructionTarget.Pixels, 16, SimMimCases[0], SimMimCases[1..]) { DropPath = 0.1 },
        new("MaskFeat ViT-B", Learned(VisionTransformerOptions.Base()), new LinearDecoderOptions(), ReconstructionTarget.Hog(), 16, MaskFeatCases[0], MaskFeatCases[1..]),
    ];

    /// <summary>Families that have a text in their names, in lower or upper case.</summary>
    /// <exception cref="BenchException">None has; the message names all.</exception>
    public static IReadOnlyList<CostFamily> Named(string part)
    {
        CostFamily[] found = [.. All.Where(family => family.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        return found.Length > 0 ? found : throw new BenchException($"no family's name has '{part}'; there are {string.Join(", ", All.Select(family => family.Name))}.");
    }

    /// <summary>A run with the given counts in every step. Images are taken whole and as they are, so that loading them takes next to nothing.</summary>
    public PretrainerOptions OptionsFor(MaskCounts counts) => new()
    {
        Architecture = Encoder,
        Decoder = Decoder,
        Target = Target,
        Error = Decoder is LinearDecoderOptions && Target.HogOptions is null ? ReconstructionError.Absolute : ReconstructionError.Squared,
        DropPath = DropPath,
        Masking = new FixedCounts(counts),
        BatchSize = Batch,
        Epochs = 1,
        Optimization = new OptimizationOptions { WarmupEpochs = 1 },
        Crop = new CropOptions { MinScale = 1, MaxScale = 1, MinRatio = 1, MaxRatio = 1 },
        Precision = ComputePrecision.Float32,
        Device = ComputeDevice.Cpu,
    };

    private static VisionTransformerOptions SimMim(VisionTransformerOptions encoder)
    {
        encoder.LayerScale = 0.1;
        return Learned(encoder);
    }

    private static VisionTransformerOptions Learned(VisionTransformerOptions encoder)
    {
        encoder.Position = PositionEmbedding.Learned;
        return encoder;
    }
}
