using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>How rankings of a database are scored.</summary>
public sealed class RetrievalOptions
{
    /// <summary>Ranks at which precision is measured.</summary>
    /// <value>Each at least 1. Default 1, 5, 10.</value>
    public IReadOnlyList<int> Cutoffs { get; set; } = [1, 5, 10];

    /// <summary>Images of a ranking that are looked at; relevant ones behind them count as not found.</summary>
    /// <value>At least 1; null (default): all. DINO's copy detection has 20.</value>
    public int? Depth { get; set; }

    /// <summary>Threads that search.</summary>
    /// <value>At least 1; null (default): one a processor. Does not change the result.</value>
    public int? Threads { get; set; }

    /// <summary>An independent copy.</summary>
    public RetrievalOptions Clone()
    {
        var copy = (RetrievalOptions)MemberwiseClone();
        copy.Cutoffs = [.. Cutoffs];
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Cutoffs.All(cutoff => cutoff >= 1), nameof(Cutoffs), string.Join(", ", Cutoffs), "be at least 1 each");
        errors.Require(Depth is null or >= 1, nameof(Depth), Depth, "be at least 1");
        errors.Require(Threads is null or >= 1, nameof(Threads), Threads, "be at least 1");
    }
}
