using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>How a classifier does when object and background are taken apart or mixed (Xiao et al., Noise or Signal, ICLR 2021).</summary>
public sealed class BackgroundMetrics
{
    internal BackgroundMetrics(IReadOnlyDictionary<BackgroundVariant, BackgroundAccuracy> variants) => Variants = variants;

    /// <summary>Accuracy on each variant that was scored.</summary>
    public IReadOnlyDictionary<BackgroundVariant, BackgroundAccuracy> Variants { get; }

    /// <summary>Accuracy before backgrounds of the object's class and of other classes, whose difference is the BG-Gap; null unless both were scored.</summary>
    public BackgroundRobustness? Robustness =>
        Variants.TryGetValue(BackgroundVariant.MixedSame, out var same) && Variants.TryGetValue(BackgroundVariant.MixedRandom, out var random)
            ? new BackgroundRobustness(same.Accuracy, random.Accuracy)
            : null;
}
