using MaskedPretraining.ML.Maps;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column of attention maps, <c>[R, C]</c>, and on request their boxes, eigenvalues and flags.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class AttentionMapTransformer : ScoringTransformer
{
    internal AttentionMapTransformer(MLContext context, MapScoring scoring)
        : base(context, scoring)
    {
    }
}
