using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>A classifier over an encoder's features whose evidence Grad-CAM maps.</summary>
public sealed class GradCamOptions
{
    /// <summary>The classifier, trained on the features of the encoder.</summary>
    public required LinearProbeWeights Probe { get; set; }

    /// <summary>Which feature it was trained on.</summary>
    /// <value>True: the mean of the patch tokens. Default false: the class token. Both after the final normalisation, unless there is a <see cref="PoolingNorm"/>.</value>
    public bool UsesMeanToken { get; set; }

    /// <summary>The normalisation behind the mean of the patch tokens, as fine-tuned classifiers have it (<see cref="TokenPooling.MeanThenNorm"/>); the encoder's final normalisation is then not used.</summary>
    /// <value>Default null. Only with <see cref="UsesMeanToken"/>.</value>
    public LayerNormWeights? PoolingNorm { get; set; }

    /// <summary>The class whose evidence is mapped.</summary>
    /// <value>0 to K - 1; null (default): for each image the one with the largest score.</value>
    public int? Class { get; set; }

    /// <summary>Grad-CAM of a whole image classifier, a fine-tuned one for example.</summary>
    /// <param name="classifier">The classifier. Its pooling gives one vector as wide as a token; the class tokens of earlier blocks tell nothing about the last one's layers.</param>
    /// <param name="class">The class whose evidence is mapped; null: for each image the one with the largest score.</param>
    /// <exception cref="NotSupportedException">The pooling joins several vectors.</exception>
    public static GradCamOptions Of(ImageClassifierWeights classifier, int? @class = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        var pooling = classifier.Pooling;
        return pooling.WidthOf(classifier.Encoder.Architecture) == classifier.Encoder.Architecture.Width
            ? new GradCamOptions { Probe = classifier.Head, UsesMeanToken = pooling.Mean != PatchMean.None, PoolingNorm = classifier.PoolingNorm, Class = @class }
            : throw new NotSupportedException($"Grad-CAM maps classifiers over one vector of tokens, but this one reads {pooling}. Take one over the class token or the mean.");
    }

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
        errors.Require(
            PoolingNorm is null || (UsesMeanToken && PoolingNorm.Scale.Length == width && PoolingNorm.Shift.Length == width),
            nameof(PoolingNorm),
            $"a normalisation of {PoolingNorm?.Scale.Length} numbers",
            $"be null without UsesMeanToken, and else have {width} scales and shifts");
        errors.Require(Class is null || (Class >= 0 && Class < Probe.Classes), nameof(Class), Class, $"be null or lie from 0 to {Probe.Classes - 1}");
    }
}
