using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>How well the losses of masked patches are predicted (HPM, Wang et al. 2023). Actual losses are constants.</summary>
internal static class LossPrediction
{
    // Keeps the logarithm of a probability finite, as in the released code.
    private const double LogEpsilon = 1e-6;

    // Added to the variance of an image's losses.
    private const double VarianceEpsilon = 1e-6;

    /// <summary>
    /// The relative loss, HPM's default: cross-entropy of which of two patches of an image has the larger loss, <c>-log(sigmoid(p_i - p_j) + 1e-6)</c> over all pairs with <c>actual_i &gt; actual_j</c> of the
    /// batch, averaged. The pairs the other way round, which the paper counts too, have the same terms. 0 if all losses of each image are equal.
    /// </summary>
    /// <param name="predicted"><c>[B, m]</c>.</param>
    /// <param name="actual"><c>[B, m]</c>.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Relative(Tensor predicted, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var constant = actual.detach();
        var isLarger = constant.unsqueeze(2).gt(constant.unsqueeze(1)).to(predicted.dtype);               // [B, m, m]
        var wins = predicted.unsqueeze(2).sub(predicted.unsqueeze(1)).sigmoid();                          // [B, m, m]
        var losses = wins.add(LogEpsilon).log().mul(isLarger).sum().neg();
        return losses.div(isLarger.sum().clamp_min(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The absolute loss: mean squared error to the losses, standardised in each image with the unbiased variance.</summary>
    /// <param name="predicted"><c>[B, m]</c>, m at least 2.</param>
    /// <param name="actual"><c>[B, m]</c>.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Absolute(Tensor predicted, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var constant = actual.detach();
        var centred = constant.sub(constant.mean(new long[] { 1 }, keepdim: true));
        var deviations = constant.var(1, unbiased: true, keepdim: true).add(VarianceEpsilon).sqrt();
        return predicted.sub(centred.div(deviations)).square().mean().MoveToOuterDisposeScope();
    }
}
