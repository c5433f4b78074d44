using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Training;

/// <summary>A linear probe over images.</summary>
/// <param name="Classifier">Encoder, pooling and probe in one.</param>
/// <param name="Probe">The probe alone and how it got there.</param>
public sealed record ImageProbeResult(ImageClassifierWeights Classifier, LinearProbeResult Probe);
