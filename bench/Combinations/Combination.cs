using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Bench.Combinations;

/// <summary>One way to pre-train.</summary>
/// <param name="MaskingName">The masking strategy.</param>
/// <param name="Masking">Makes it.</param>
/// <param name="ModelName">Decoder, target and error.</param>
/// <param name="Decoder">The decoder.</param>
/// <param name="Target">What is predicted.</param>
/// <param name="Error">How far off a prediction is.</param>
internal sealed record Combination(string MaskingName, IMaskingStrategy Masking, string ModelName, DecoderOptions Decoder, ReconstructionTarget Target, ReconstructionError Error)
{
    /// <summary>Every masking with every model.</summary>
    public static IEnumerable<Combination> All =>
        from masking in Maskings()
        from model in Models()
        select new Combination(masking.Name, masking.Strategy, model.Name, model.Decoder, model.Target, model.Error);

    private static IEnumerable<(string Name, IMaskingStrategy Strategy)> Maskings() =>
    [
        ("random 0.75", new RandomMasking()),
        ("random units of 2x2, 0.6", new RandomUnitMasking()),
        ("blocks 0.4, exact", new BlockMasking(new BlockMaskingOptions())),
        ("blocks 0.4, varying", new BlockMasking(new BlockMaskingOptions { Exact = false })),
        ("grid", new GridMasking()),
        ("randomised grid", new RandomizedGridMasking()),
        ("green noise", new NoiseMasking()),
        ("red noise", new NoiseMasking(narrowSigma: 1, wideSigma: double.PositiveInfinity)),
        ("blue noise", new NoiseMasking(narrowSigma: 0, wideSigma: 1)),
        ("AMT 0.45/0.40, own maps", new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { StartEpoch = 0 })),
        ("AMT 0.44/0.26, units", new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { MaskRatio = 0.44, ThrowRatio = 0.26, UnitSide = 2, StartEpoch = 0 })),
        ("AttMask hint 0.3", new AttentionTopMasking(new AttentionTopMaskingOptions { Mode = AttentionTopMode.Hint, StartEpoch = 0 })),
        ("AttMask high 0.3, p 0.5", new AttentionTopMasking(new AttentionTopMaskingOptions { Probability = 0.5, StartEpoch = 0 })),
        ("parts (given)", new PartMasking()),
        ("object prior (given)", new ObjectPriorMasking()),
        ("from a map (given)", new MapMasking()),
    ];

    private static IEnumerable<(string Name, DecoderOptions Decoder, ReconstructionTarget Target, ReconstructionError Error)> Models()
    {
        var mae = new MaeDecoderOptions { Width = 64, Depth = 2, Heads = 2 };
        var linear = new LinearDecoderOptions();
        return
        [
            ("MAE, normalised pixels", mae, ReconstructionTarget.NormalizedPixels, ReconstructionError.Squared),
            ("MAE, pixels", mae, ReconstructionTarget.Pixels, ReconstructionError.Squared),
            ("MAE decoder, HOG", mae, ReconstructionTarget.Hog(), ReconstructionError.Squared),
            ("SimMIM", linear, ReconstructionTarget.Pixels, ReconstructionError.Absolute),
            ("linear decoder, normalised pixels", linear, ReconstructionTarget.NormalizedPixels, ReconstructionError.Squared),
            ("MaskFeat", linear, ReconstructionTarget.Hog(), ReconstructionError.Squared),
        ];
    }
}
