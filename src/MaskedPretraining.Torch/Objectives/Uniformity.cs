using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>
/// U-MAE's regulariser (Zhang et al. 2022, arXiv 2210.08344): the mean over all pairs of a batch's images of the squared cosine of their features, which keeps features from lying close together.
/// Added to the reconstruction loss with a small factor, 0.01 there.
/// </summary>
/// <remarks>
/// Features are the class token after the encoder's final normalisation. The released code applies that normalisation a second time before it takes cosines, which is not done here. An image's pair
/// with itself counts, as there: the mean is at least 1 / B.
/// </remarks>
internal static class Uniformity
{
    // A feature vector of zeros has cosine 0 with all others.
    private const double NormEpsilon = 1e-12;

    /// <summary>The regulariser in single precision.</summary>
    /// <param name="features">Class tokens <c>[B, D]</c>, any precision.</param>
    /// <returns>A scalar between 1 / min(B, D) and 1.</returns>
    public static Tensor Of(Tensor features)
    {
        using var scope = NewDisposeScope();
        long count = features.shape[0], width = features.shape[1];
        var unit = F.normalize(features.to(ScalarType.Float32), 2, 1, NormEpsilon);
        // The squares of all cosines add up to the squares of F F' and to those of F' F alike: take the smaller matrix.
        var products = count <= width ? unit.mm(unit.t()) : unit.t().mm(unit);
        return products.square().sum().div((double)count * count).MoveToOuterDisposeScope();
    }
}
