using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column of attention maps, <c>[R, C]</c>, and on request their boxes, eigenvalues and flags.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class AttentionMapTransformer : ScoringTransformer
{
    private readonly MapScoring _scoring;

    internal AttentionMapTransformer(MLContext context, MapScoring scoring)
        : base(context) => _scoring = scoring;

    private protected override ScoringPlan Plan => _scoring.Plan;

    private protected override InBoxChain Lower(string directory) => _scoring.Lower(directory);
}
