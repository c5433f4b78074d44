namespace MaskedPretraining.Core.Evaluation;

/// <summary>How well attention maps find objects, over a set of images.</summary>
public sealed class AttentionMapMetrics
{
    /// <summary>Images scored.</summary>
    public required int Images { get; init; }

    /// <summary>Share of images whose box (around the brightest connected part above the map's mean) overlaps a true one by at least half of their union.</summary>
    public required double CorLoc { get; init; }

    /// <summary>Mean overlap of that box with the true box that it overlaps most.</summary>
    public required double BoxIou { get; init; }

    /// <summary>Share of images whose map is greatest on the object (the pointing game).</summary>
    public required double PointingGame { get; init; }

    /// <summary>Mean share of a map's mass that lies on the object (the energy-based pointing game, with masks where there are masks).</summary>
    public required double EnergyInside { get; init; }

    /// <summary>Mean share of the image that the object covers: what <see cref="EnergyInside"/> is for a map that knows nothing.</summary>
    public required double AreaShare { get; init; }

    /// <summary>Mean intersection over union of the mask and the pixels greater than 0.5; null without masks.</summary>
    public required double? MaskIou { get; init; }

    /// <summary>Mean share of pixels on the right side of 0.5; null without masks.</summary>
    public required double? PixelAccuracy { get; init; }

    /// <summary>Largest mean F score of any threshold, beta squared 0.3; null without masks.</summary>
    public required double? MaxFBeta { get; init; }
}
