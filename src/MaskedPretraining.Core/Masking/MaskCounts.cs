namespace MaskedPretraining.Core.Masking;

/// <summary>How many patches of an image are masked (to be predicted), thrown (absent from encoder and decoder) and visible (encoded).</summary>
/// <param name="Masked">m, at least 1.</param>
/// <param name="Thrown">t, at least 0.</param>
/// <param name="Visible">v, at least 1; m + t + v = N.</param>
public readonly record struct MaskCounts(int Masked, int Thrown, int Visible);
