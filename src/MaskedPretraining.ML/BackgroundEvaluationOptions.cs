using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.ML;

/// <summary>Which columns and variants <c>EvaluateBackgrounds</c> looks at.</summary>
public sealed class BackgroundEvaluationOptions
{
    /// <summary>The photos' classes: text, key or number. Rows without a class are left out. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The photos, an image column; the classifier is shown a column of this name. Default <c>Image</c>.</summary>
    public string ImageColumnName { get; set; } = "Image";

    /// <summary>Masks of the objects: images, white inside (more than half bright), or vectors of Single or Byte <c>[height, width]</c>, other than 0 inside. Default <c>Mask</c>.</summary>
    public string MaskColumnName { get; set; } = "Mask";

    /// <summary>The classifier's answer: key, text or number. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>From what the classifier calls its classes to what the photos call theirs; an answer that is not in it is never right. Default null: both have the same names. For a classifier of ImageNet's classes see <see cref="ImageNet9.NamesOf"/>.</summary>
    public IReadOnlyDictionary<string, string>? ClassMap { get; set; }

    /// <summary>Variants to compose, at least one. Default: all eight.</summary>
    public IReadOnlyList<BackgroundVariant> Variants { get; set; } = Enum.GetValues<BackgroundVariant>();

    /// <summary>Decides whose background an object is put before. Default 0.</summary>
    public ulong Seed { get; set; }
}
