using MaskedPretraining.ML.Lowering;

namespace MaskedPretraining.ML.Scoring;

/// <summary>What a fitted step computes: in batches by our cursor, and as a chain of in-box parts.</summary>
internal interface IScoring
{
    /// <summary>For our cursor.</summary>
    ScoringPlan Plan { get; }

    /// <summary>The chain of in-box parts that does the same.</summary>
    /// <param name="directory">Where its model lies until the chain is saved.</param>
    InBoxChain Lower(string directory);
}
