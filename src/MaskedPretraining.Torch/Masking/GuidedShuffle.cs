using MaskedPretraining.Core.Masking;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>AutoMAE's mask-guided shuffle (Chen et al. 2023): patches are sorted by even noise plus a bonus for the K with the largest sampled probabilities; the smallest scores stay visible.</summary>
/// <remarks>
/// <para>The gate follows the released code, where a token is multiplied by its straight-through score; the paper's figure has the sampled probability in its place, which leaves out the factor beta. The
/// released <c>c x + stop(1 - c) x</c> is x but for rounding; here the factor itself is <c>1 + beta (m - stop(m))</c>, which is 1 and has the same derivatives.</para>
/// <para>Only visible patches tell the generator anything. Descending the gradient makes a patch likelier to be masked where a larger token would have lowered the loss.</para>
/// </remarks>
/// <param name="counts">Masked and visible patches.</param>
/// <param name="top">Patches K that have the bonus, at least 1.</param>
/// <param name="bonus">Beta, at least 0.</param>
internal sealed class GuidedShuffle(MaskCounts counts, int top, double bonus)
{
    /// <summary>Plans a batch.</summary>
    /// <param name="sample">Sampled probabilities m, <c>[B, N]</c>; the gate leads to them.</param>
    /// <param name="noise">Even in 0..1, <c>[B, N]</c>.</param>
    public GuidedPlan Plan(Tensor sample, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var constant = sample.detach();
        var topIds = constant.topk(top, 1).indexes;
        var isTop = zeros_like(constant).scatter_(1, topIds, ones_like(constant));
        var scores = noise.add(isTop.mul(bonus));
        var order = scores.argsort(1);
        var visible = order.narrow(1, 0, counts.Visible).contiguous();
        var masked = order.narrow(1, counts.Visible, counts.Masked).contiguous();
        var gate = sample.sub(constant).mul(bonus).gather(1, visible).add(1);
        return new GuidedPlan(
            topIds.MoveToOuterDisposeScope(),
            scores.MoveToOuterDisposeScope(),
            visible.MoveToOuterDisposeScope(),
            masked.MoveToOuterDisposeScope(),
            gate.MoveToOuterDisposeScope());
    }
}
