using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <summary>How an ONNX model of the user's makes maps.</summary>
public sealed class OnnxMapOptions
{
    /// <summary>Name of the model's output with the maps, Single <c>[N, R, C]</c> or <c>[N, 1, R, C]</c>.</summary>
    /// <value>Null (default): its only output.</value>
    public string? OutputName { get; set; }

    /// <summary>Mean of each channel, subtracted from pixels scaled to 0..1.</summary>
    /// <value>Three numbers. Default: ImageNet's. Zeros for a model that takes pixels in 0..1 as they are.</value>
    public float[] PixelMean { get; set; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of each channel, by which centred pixels are divided.</summary>
    /// <value>Three numbers greater than 0. Default: ImageNet's. With mean 0, 1/255 leaves pixels in 0..255.</value>
    public float[] PixelStandardDeviation { get; set; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Rows of the maps wanted.</summary>
    /// <value>At least 1; null (default): as the model makes them.</value>
    public int? Rows { get; set; }

    /// <summary>Columns of the maps wanted.</summary>
    /// <value>At least 1; null (default): as the model makes them.</value>
    public int? Columns { get; set; }

    /// <summary>Whether each map is scaled from its smallest to its largest value to 0..1.</summary>
    /// <value>Default true. False for models whose maps lie in 0..1 already.</value>
    public bool Normalize { get; set; } = true;

    internal OnnxMapOptions Clone()
    {
        var copy = (OnnxMapOptions)MemberwiseClone();
        (copy.PixelMean, copy.PixelStandardDeviation) = ([.. PixelMean], [.. PixelStandardDeviation]);
        return copy;
    }

    internal void Validate(OptionErrors errors)
    {
        errors.Require(PixelMean is { Length: 3 } && Array.TrueForAll(PixelMean, float.IsFinite), nameof(PixelMean), PixelMean is null ? null : $"[{string.Join(", ", PixelMean)}]", "hold three finite numbers");
        errors.Require(
            PixelStandardDeviation is { Length: 3 } && Array.TrueForAll(PixelStandardDeviation, value => value > 0 && float.IsFinite(value)),
            nameof(PixelStandardDeviation),
            PixelStandardDeviation is null ? null : $"[{string.Join(", ", PixelStandardDeviation)}]",
            "hold three positive finite numbers");
        errors.Require(Rows is null or >= 1, nameof(Rows), Rows, "be null or at least 1");
        errors.Require(Columns is null or >= 1, nameof(Columns), Columns, "be null or at least 1");
    }
}
