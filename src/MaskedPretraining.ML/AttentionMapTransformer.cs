using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column with the attention that an encoder pays to each patch, <c>[R, C]</c> in 0..1, class token not counted.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class AttentionMapTransformer : ScoringTransformer
{
    private readonly EncoderScoring _scoring;

    internal AttentionMapTransformer(MLContext context, EncoderScoring scoring)
        : base(context) => _scoring = scoring;

    private protected override ScoringPlan Plan => _scoring.Plan;

    private protected override InBoxChain Lower(string directory) => _scoring.Lower(directory);
}
