using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of the rectangles that AutoMAE's discriminator takes for real masks (Chen et al. 2023). Lengths are shares of the grid, so that they hold for any; on the 14x14 grid they are the released code's numbers.</summary>
public sealed class RandomRectangleOptions
{
    /// <summary>What a patch inside the rectangle has on top of its noise in 0..1, before the softmax: alpha.</summary>
    /// <value>At least 0. Default 0.5.</value>
    public double Bonus { get; set; } = 0.5;

    /// <summary>Smallest area asked for, as a share of the grid.</summary>
    /// <value>Greater than 0, at most <see cref="MaximumArea"/>. Default 40 of 196.</value>
    public double MinimumArea { get; set; } = 40.0 / 196;

    /// <summary>Largest area asked for, as a share of the grid.</summary>
    /// <value>At most 1. Default 160 of 196.</value>
    public double MaximumArea { get; set; } = 160.0 / 196;

    /// <summary>Least number of columns, as a share of the grid's; so many at least are left free as well.</summary>
    /// <value>Greater than 0, at most 0.5. Default 4 of 14.</value>
    public double MinimumSide { get; set; } = 4.0 / 14;

    /// <summary>Whether every second rectangle, at random, is drawn with rows and columns exchanged.</summary>
    /// <value>
    /// Default true. False is the released code's: at most 10 of 14 columns for areas of up to 160 make 57 % of the rectangles bars of full height (14 rows, 12.1 on average, against 7.0 columns),
    /// so that upright masks pass for real ones and wide ones do not.
    /// </value>
    public bool IsIsotropic { get; set; } = true;

    /// <summary>An independent copy.</summary>
    public RandomRectangleOptions Clone() => (RandomRectangleOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Bonus >= 0 && double.IsFinite(Bonus), nameof(Bonus), Bonus, "be at least 0 and finite");
        errors.Require(MinimumArea > 0 && MinimumArea <= MaximumArea, nameof(MinimumArea), MinimumArea, FormattableString.Invariant($"be greater than 0 and at most {nameof(MaximumArea)} {MaximumArea}"));
        errors.Require(MaximumArea <= 1, nameof(MaximumArea), MaximumArea, "be at most 1, the whole grid");
        errors.Require(MinimumSide is > 0 and <= 0.5, nameof(MinimumSide), MinimumSide, "be greater than 0 and at most 0.5, half the grid");
    }

    /// <summary>All options: a training run is only continued with those it was started with.</summary>
    public override string ToString() => FormattableString.Invariant($"rectangles bonus {Bonus} area {MinimumArea} to {MaximumArea} side {MinimumSide} isotropic {IsIsotropic}");
}
