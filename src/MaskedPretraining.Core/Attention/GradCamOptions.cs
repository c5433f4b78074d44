using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>A classifier over an encoder's features whose evidence Grad-CAM maps.</summary>
public sealed class GradCamOptions
{
    /// <summary>The classifier, trained on the features of the encoder.</summary>
    public required LinearProbeWeights Probe { get; set; }

    /// <summary>Which feature it was trained on.</summary>
    /// <value>True: the mean of the patch tokens. Default false: the class token. Both after the final normalisation.</value>
    public bool UsesMeanToken { get; set; }

    /// <summary>The class whose evidence is mapped.</summary>
    /// <value>0 to K - 1; null (default): for each image the one with the largest score.</value>
    public int? Class { get; set; }

    /// <summary>An independent copy; the probe is shared.</summary>
    public GradCamOptions Clone() => (GradCamOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="width">Width D of the encoder's tokens.</param>
    public void Validate(OptionErrors errors, int width)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Probe is null)
        {
            errors.Require(false, nameof(Probe), null, "be a fitted probe");
            return;
        }

        errors.Require(
            Probe.Width == width && Probe.RunningVariance.Length == width && Probe.Weight.LongLength == (long)width * Probe.Classes,
            nameof(Probe),
            $"a classifier over {Probe.Width} features",
            $"read {width} features, as wide as the encoder's tokens; fit it on that encoder's Cls or Mean feature");
        errors.Require(Class is null || (Class >= 0 && Class < Probe.Classes), nameof(Class), Class, $"be null or lie from 0 to {Probe.Classes - 1}");
    }
}
