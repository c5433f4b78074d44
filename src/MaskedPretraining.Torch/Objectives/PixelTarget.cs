using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>
/// The pixels themselves, or each patch brought to mean 0 and variance 1: <c>(t - mean) / sqrt(var + 1e-6)</c> with the unbiased variance
/// (He et al. 2022, section 3 "Reconstruction target").
/// </summary>
/// <param name="normalize">Whether patches are normalised.</param>
internal sealed class PixelTarget(bool normalize) : IReconstructionTarget
{
    /// <summary>Added to a patch's variance.</summary>
    public const double VarianceEpsilon = 1e-6;

    /// <inheritdoc/>
    public Tensor Of(Tensor patches)
    {
        if (!normalize)
        {
            return patches.alias();
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var mean = patches.mean(new long[] { 1 }, keepdim: true);
        var deviation = patches.var(1, unbiased: true, keepdim: true).add_(VarianceEpsilon).sqrt_();
        return patches.sub(mean).div_(deviation).MoveToOuterDisposeScope();
    }
}
