namespace MaskedPretraining.Core.Models;

/// <summary>Scale and shift of a layer normalisation; its epsilon is the encoder's.</summary>
/// <param name="Scale"><c>[D]</c>.</param>
/// <param name="Shift"><c>[D]</c>.</param>
public sealed record LayerNormWeights(float[] Scale, float[] Shift);
