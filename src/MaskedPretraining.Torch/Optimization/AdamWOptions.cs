namespace MaskedPretraining.Torch.Optimization;

/// <summary>Constants of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">Share of the first moment kept a step.</param>
/// <param name="Beta2">Share of the second moment kept a step.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled decay of the decayed range.</param>
/// <param name="MaxGradientNorm">Gradients whose Euclidean norm over all parameters is larger are scaled down to it; greater than 0, null for no limit.</param>
internal sealed record AdamWOptions(double Beta1, double Beta2, double Epsilon, double WeightDecay, double? MaxGradientNorm = null)
{
    /// <summary>PyTorch's, and every recipe's here.</summary>
    public const double DefaultEpsilon = 1e-8;
}
