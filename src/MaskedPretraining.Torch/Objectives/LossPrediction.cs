using MaskedPretraining.Core.Masking;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>How well the losses of masked patches are predicted (HPM, Wang et al. 2023). Actual losses are constants.</summary>
internal static class LossPrediction
{
    // Keeps the logarithm of a probability finite, as in the released code.
    private const double LogEpsilon = 1e-6;

    // Added to the variance of an image's losses.
    private const double VarianceEpsilon = 1e-6;

    /// <summary>The loss of some images' predictions, their share of a batch's.</summary>
    /// <param name="form">What is predicted.</param>
    /// <param name="predicted"><c>[B, m]</c>, m at least 2.</param>
    /// <param name="actual"><c>[B, m]</c>.</param>
    /// <param name="count">Masked patches of the whole batch.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Of(LossPredictionForm form, Tensor predicted, Tensor actual, long count) => form == LossPredictionForm.Relative
        ? Relative(predicted, actual, count * (actual.shape[1] - 1) / 2)
        : Absolute(predicted, actual, count);

    /// <summary>
    /// The relative loss, HPM's default: cross-entropy of which of two patches of an image has the larger loss, <c>-log(sigmoid(p_i - p_j) + 1e-6)</c>, summed over all pairs with <c>actual_i &gt; actual_j</c> and
    /// divided by the number of pairs. The pairs the other way round, which the paper counts too, have the same terms.
    /// </summary>
    /// <remarks>The released code divides by the pairs of the batch that are no ties. Losses hardly ever tie, and with a count that is known beforehand a batch can be worked on in parts; ties add 0 here.</remarks>
    /// <param name="predicted"><c>[B, m]</c>.</param>
    /// <param name="actual"><c>[B, m]</c>.</param>
    /// <param name="pairs">Pairs of the whole batch.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Relative(Tensor predicted, Tensor actual, long pairs)
    {
        using var scope = NewDisposeScope();
        var constant = actual.detach();
        var isLarger = constant.unsqueeze(2).gt(constant.unsqueeze(1)).to(predicted.dtype);               // [B, m, m]
        var wins = predicted.unsqueeze(2).sub(predicted.unsqueeze(1)).sigmoid();                          // [B, m, m]
        return wins.add(LogEpsilon).log().mul(isLarger).sum().div(-pairs).MoveToOuterDisposeScope();
    }

    /// <summary>The absolute loss: squared error to the losses, standardised in each image with the unbiased variance, summed and divided by the number of masked patches.</summary>
    /// <param name="predicted"><c>[B, m]</c>, m at least 2.</param>
    /// <param name="actual"><c>[B, m]</c>.</param>
    /// <param name="count">Masked patches of the whole batch.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Absolute(Tensor predicted, Tensor actual, long count)
    {
        using var scope = NewDisposeScope();
        var constant = actual.detach();
        var centred = constant.sub(constant.mean(new long[] { 1 }, keepdim: true));
        var deviations = constant.var(1, unbiased: true, keepdim: true).add(VarianceEpsilon).sqrt();
        return predicted.sub(centred.div(deviations)).square().sum().div(count).MoveToOuterDisposeScope();
    }
}
