using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Options of the weighted nearest-neighbour classifier. The defaults are DINO's (Caron et al. 2021).</summary>
public sealed class KnnOptions
{
    /// <summary>Neighbours k that vote.</summary>
    /// <value>At least 1 and at most the number of training features. Default 20.</value>
    public int Neighbors { get; set; } = 20;

    /// <summary>Temperature T of the votes <c>exp(similarity / T)</c>.</summary>
    /// <value>At least 0.02 (below, votes leave the range of single precision). Default 0.07.</value>
    public double Temperature { get; set; } = 0.07;

    /// <summary>Threads that search.</summary>
    /// <value>At least 1; null (default): one a processor. Does not change the result.</value>
    public int? Threads { get; set; }

    /// <summary>An independent copy.</summary>
    public KnnOptions Clone() => (KnnOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Neighbors >= 1, nameof(Neighbors), Neighbors, "be at least 1");
        errors.Require(Temperature >= 0.02 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "be at least 0.02");
        errors.Require(Threads is null or >= 1, nameof(Threads), Threads, "be at least 1");
    }
}
