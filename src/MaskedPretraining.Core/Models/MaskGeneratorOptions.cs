using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>Options of AutoMAE's mask generator (Chen et al. 2023), two convolutions over the heads' class attention.</summary>
public sealed class MaskGeneratorOptions
{
    /// <summary>Channels between the two convolutions.</summary>
    /// <value>At least 1. Default 6.</value>
    public int Hidden { get; set; } = 6;

    /// <summary>What attention is multiplied by before the first convolution.</summary>
    /// <value>
    /// Greater than 0; null (default): the number of patches N, which makes the mean attention of a patch about 1. The released code has 1, so that attention values are about 1 / N and matter less than the
    /// biases: with six times the attention on an object of 5x5 of 14x14 patches, the logits of object and background differ by 0.002 on average over first weights and those of border and inside by
    /// 0.007, while Gumbel noise has a deviation of 1.28. With N = 196 these are 0.36 and 0.09.
    /// </value>
    public double? AttentionScale { get; set; }

    /// <summary>Temperature of the Gumbel-Softmax sample.</summary>
    /// <value>Greater than 0. Default 1. It changes no mask, only gradients and what the discriminator sees.</value>
    public double Temperature { get; set; } = 1;

    /// <summary>An independent copy.</summary>
    public MaskGeneratorOptions Clone() => (MaskGeneratorOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Hidden >= 1, nameof(Hidden), Hidden, "be at least 1");
        errors.Require(AttentionScale is null || (AttentionScale > 0 && double.IsFinite(AttentionScale.Value)), nameof(AttentionScale), AttentionScale, "be greater than 0 and finite");
        errors.Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "be greater than 0 and finite");
    }

    /// <summary>All options; -1 stands for the default of the scale.</summary>
    public override string ToString() => FormattableString.Invariant($"generator {Hidden} scale {AttentionScale ?? -1} temperature {Temperature}");
}
