using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a training step found.</summary>
/// <param name="Losses">Losses before the step.</param>
/// <param name="GradientNorm">See <see cref="AdamW.GradientNorm"/>.</param>
/// <param name="ObjectOverlap">How the step's masks lay on objects; null if that is not known.</param>
/// <param name="LearnedMasking">How learned masks stand; null if masks are not learned.</param>
internal readonly record struct StepOutcome(StepLosses Losses, double? GradientNorm, ObjectOverlap? ObjectOverlap, LearnedMaskingMetrics? LearnedMasking);
