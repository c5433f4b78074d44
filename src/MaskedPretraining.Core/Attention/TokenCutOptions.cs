using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>Options of TokenCut. The defaults are those of its code (Wang et al. 2022).</summary>
public sealed class TokenCutOptions
{
    /// <summary>Two patches are strongly connected if the cosine of their keys is greater than this.</summary>
    /// <value>From -1 to 1, 1 excluded. Default 0.2.</value>
    public double Threshold { get; set; } = 0.2;

    /// <summary>Weight of an edge between patches that are not strongly connected; strong edges weigh 1.</summary>
    /// <value>At least 1e-8 and less than 1. Default 1e-5.</value>
    public double WeakEdge { get; set; } = 1e-5;

    /// <summary>Threads that cut, each its own images.</summary>
    /// <value>At least 1; null (default): one a processor. Does not change the result.</value>
    public int? Threads { get; set; }

    /// <summary>An independent copy.</summary>
    public TokenCutOptions Clone() => (TokenCutOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Threshold is >= -1 and < 1, nameof(Threshold), Threshold, "lie between -1 and 1, 1 excluded");
        errors.Require(WeakEdge is >= 1e-8 and < 1, nameof(WeakEdge), WeakEdge, "lie between 1e-8 and 1, 1 excluded");
        errors.Require(Threads is null or >= 1, nameof(Threads), Threads, "be at least 1");
    }
}
