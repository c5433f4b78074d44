namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>How well copies are traced to their originals.</summary>
/// <param name="Blocks">The kinds of attack, in the order in which they first occur.</param>
public sealed record CopyDetectionMetrics(IReadOnlyList<CopyDetectionBlock> Blocks)
{
    /// <summary>Mean of the blocks' mean average precision, each block counting the same.</summary>
    public double MeanAveragePrecision => Blocks.Average(block => block.MeanAveragePrecision);
}
