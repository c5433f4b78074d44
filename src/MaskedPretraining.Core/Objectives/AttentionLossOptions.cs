using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Objectives;

/// <summary>How an attention map weighs the reconstruction error of each masked patch (AttG, Sick et al. 2025): <c>scale * error * exp(M / temperature)</c>, M the map in 0..1.</summary>
/// <remarks>
/// The formula is the paper's; temperatures, gamma and the way to normalise a map could not be found and are this library's own. Visible patches have no part in the loss, so their map values
/// change nothing. Weights are constants: nothing is differentiated through a map.
/// </remarks>
public sealed class AttentionLossOptions
{
    /// <summary>Temperature over the run; the lower, the more the object counts.</summary>
    /// <value>Default: half a cosine from 1.0 to 0.5, so that the weight of a patch of value 1 grows from 2.7 to 7.4. Our choice; the paper gives the shape only.</value>
    public TemperatureSchedule Temperature { get; set; } = TemperatureSchedule.HalfCosine(1.0, 0.5);

    /// <summary>A factor on all weights, for <see cref="LossScale.Fixed"/>. AdamW cancels it but for rounding; it matters to LARS and where gradients are clipped.</summary>
    /// <value>Greater than 0. Default 1; our choice, the paper's could not be found.</value>
    public double Gamma { get; set; } = 1;

    /// <summary>What the weighted errors are scaled by.</summary>
    /// <value>Default <see cref="LossScale.Fixed"/>.</value>
    public LossScale Scale { get; set; } = LossScale.Fixed;

    /// <summary>How a map is brought to 0..1.</summary>
    /// <value>Default <see cref="MapNormalization.MinMax"/>; our choice, the paper only says that values lie in 0..1.</value>
    public MapNormalization Normalization { get; set; } = MapNormalization.MinMax;

    /// <summary>An independent copy.</summary>
    public AttentionLossOptions Clone() => (AttentionLossOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Temperature is not null, nameof(Temperature), Temperature, "be a schedule");
        errors.Require(Gamma > 0 && double.IsFinite(Gamma), nameof(Gamma), Gamma, "be greater than 0 and finite");
        errors.Require(Enum.IsDefined(Scale), nameof(Scale), Scale, $"be {LossScale.Fixed} or {LossScale.InverseMeanWeight}");
        errors.Require(Enum.IsDefined(Normalization), nameof(Normalization), Normalization, $"be {MapNormalization.MinMax} or {MapNormalization.None}");
    }

    /// <summary>All options: a training run is only continued with those it was started with.</summary>
    public override string ToString() => FormattableString.Invariant($"temperature {Temperature}, gamma {Gamma}, scale {Scale}, normalization {Normalization}");
}
