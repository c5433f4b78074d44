using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Training;
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
    public bool NeedsWholeImages => false;

    /// <inheritdoc/>
    public int LengthFor(VisionTransformerOptions encoder) => encoder.PatchLength;

    /// <inheritdoc/>
    public Tensor Of(StepTensors step) => Of(step.MaskedPatches);

    /// <summary>The targets of patches <c>[k, P*P*C]</c>.</summary>
    public Tensor Of(Tensor patches)
    {
        if (!normalize)
        {
            return patches.alias();
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (mean, deviation) = StatisticsOf(patches);
        return patches.sub(mean).div_(deviation).MoveToOuterDisposeScope();
    }

    /// <summary>Gives normalised patches the mean and deviation of others, to look at them.</summary>
    /// <param name="normalized">Predicted or target patches <c>[k, P*P*C]</c>.</param>
    /// <param name="patches">The true patches, <c>[k, P*P*C]</c>.</param>
    public static Tensor Denormalize(Tensor normalized, Tensor patches)
    {
        using var scope = NewDisposeScope();
        var (mean, deviation) = StatisticsOf(patches);
        return normalized.mul(deviation).add_(mean).MoveToOuterDisposeScope();
    }

    private static (Tensor Mean, Tensor Deviation) StatisticsOf(Tensor patches) => (
        patches.mean(new long[] { 1 }, keepdim: true),
        patches.var(1, unbiased: true, keepdim: true).add_(VarianceEpsilon).sqrt_());
}
