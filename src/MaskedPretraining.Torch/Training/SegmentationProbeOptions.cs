using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>How a linear segmentation probe is trained.</summary>
public sealed class SegmentationProbeOptions
{
    internal const int DefaultEpochs = 40;
    internal const int MinimumSteps = 1000;

    /// <summary>Epochs.</summary>
    /// <value>At least 1; null (default): 40, or as many as make 1000 steps if that is more.</value>
    public int? Epochs { get; set; }

    /// <summary>Images in a batch.</summary>
    /// <value>At least 1. Default 16. A smaller set gives one batch an epoch.</value>
    public int BatchSize { get; set; } = 16;

    /// <summary>AdamW's learning rate at the first step; half a cosine falls to 0.</summary>
    /// <value>Greater than 0. Default 0.003.</value>
    public double LearningRate { get; set; } = 3e-3;

    /// <summary>AdamW's decoupled weight decay of the weights; the bias has none.</summary>
    /// <value>At least 0. Default 0.0001.</value>
    public double WeightDecay { get; set; } = 1e-4;

    /// <summary>Cells with a label along each side of a patch.</summary>
    /// <value>
    /// 1 up to 32. Default 1: each patch's scores are trained on the shares of the classes in it. More: scores are interpolated to so many cells a side and trained on the shares there; the patch's side in pixels gives the field's
    /// loss on pixels. A training step costs its square.
    /// </value>
    public int LabelsPerSide { get; set; } = 1;

    /// <summary>Decides initial weights and order.</summary>
    /// <value>Any. Default 0.</value>
    public ulong Seed { get; set; }

    /// <summary>An independent copy.</summary>
    public SegmentationProbeOptions Clone() => (SegmentationProbeOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Epochs is null or >= 1, nameof(Epochs), Epochs, "be at least 1");
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "be greater than 0 and finite");
        errors.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "be at least 0 and finite");
        errors.Require(LabelsPerSide is >= 1 and <= 32, nameof(LabelsPerSide), LabelsPerSide, "lie between 1 and 32");
    }
}
