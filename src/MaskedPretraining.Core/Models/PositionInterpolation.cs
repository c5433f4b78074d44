namespace MaskedPretraining.Core.Models;

/// <summary>Where bicubic interpolation looks in the old table for a row or column of the new one: at <c>(i + 0.5) * step - 0.5</c>.</summary>
public enum PositionInterpolation
{
    /// <summary>The tables' edges meet: step = old / new. As MAE does.</summary>
    Size,

    /// <summary>Step = old / (new + 0.1), which DINO's guard against rounding comes to.</summary>
    ScaleFactor,
}
