using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

/// <summary>What a segmentation probe learns from, how, and which columns it adds.</summary>
public sealed class SegmentationOptions
{
    /// <summary>What the numbers in the column of masks mean.</summary>
    /// <value>Default <see cref="SegmentationMasks.Objects"/>.</value>
    public SegmentationMasks Masks { get; set; } = SegmentationMasks.Objects;

    /// <summary>Number of classes K, background included if it is one.</summary>
    /// <value>2 up to 255; 2 for <see cref="SegmentationMasks.Objects"/>. Default 2.</value>
    public int Classes { get; set; } = 2;

    /// <summary>Epochs, learning rate and the like.</summary>
    /// <value>Default: see <see cref="SegmentationProbeOptions"/>.</value>
    public SegmentationProbeOptions Training { get; set; } = new();

    /// <summary>Name of the column with the scores (logits) of each class in each patch, a vector of Single <c>[K, R, C]</c>.</summary>
    /// <value>Default <c>SegmentationScores</c>.</value>
    public string ScoreColumnName { get; set; } = "SegmentationScores";

    /// <summary>Name of a column with the number of each pixel's class, from 0, a vector of Single <c>[H, W]</c> of the encoder's image size.</summary>
    /// <value>Null (default): no such column.</value>
    public string? PredictedMaskColumnName { get; set; }

    /// <summary>Name of a column with the probability that a patch shows another class than class 0, a vector of Single <c>[R, C]</c> in 0..1: a map for <c>EvaluateMaps</c>.</summary>
    /// <value>Null (default): no such column.</value>
    public string? ForegroundColumnName { get; set; }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Masks), nameof(Masks), Masks, "be Objects or ClassNumbers");
        errors.Require(Classes is >= 2 and <= ClassMask.Ignored, nameof(Classes), Classes, $"lie between 2 and {ClassMask.Ignored}");
        errors.Require(Masks != SegmentationMasks.Objects || Classes == 2, nameof(Classes), Classes, "be 2 for masks of objects; for class numbers set Masks to ClassNumbers");
        errors.Require(Training is not null, nameof(Training), null, "be given");
        Training?.Validate(errors);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (option, name) in new[] { (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictedMaskColumnName), PredictedMaskColumnName), (nameof(ForegroundColumnName), ForegroundColumnName) })
        {
            bool mayBeNull = option != nameof(ScoreColumnName);
            errors.Require(
                name is null ? mayBeNull : name.Trim().Length > 0 && !name.StartsWith(InBoxChain.TemporaryPrefix, StringComparison.Ordinal) && names.Add(name),
                option,
                name,
                $"be {(mayBeNull ? "null or " : "")}a name that no other column of this step has and that does not begin with {InBoxChain.TemporaryPrefix}");
        }
    }

    internal SegmentationOptions Clone()
    {
        var copy = (SegmentationOptions)MemberwiseClone();
        copy.Training = Training.Clone();
        return copy;
    }
}
