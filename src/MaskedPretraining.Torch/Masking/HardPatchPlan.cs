using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>Masks of a batch after hard patches mining (HPM, Wang et al. 2023): the patches with the largest predicted losses, and random ones beside them.</summary>
/// <param name="Visible">Visible patches in random order, <c>[B, v]</c>.</param>
/// <param name="Masked">Masked patches, the hard ones first, <c>[B, m]</c>.</param>
internal sealed record HardPatchPlan(Tensor Visible, Tensor Masked)
{
    /// <summary>Plans a batch with one sort of all images, where the released code loops over them.</summary>
    /// <param name="predicted">Predicted loss of each patch, <c>[B, N]</c>.</param>
    /// <param name="noise">Even in 0..1, <c>[B, N]</c>.</param>
    /// <param name="masked">Masked patches of an image.</param>
    /// <param name="hard">How many of them are those with the largest predictions; 0 masks at random.</param>
    public static HardPatchPlan Of(Tensor predicted, Tensor noise, int masked, int hard)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var isHard = zeros_like(noise).scatter_(1, predicted.topk(hard, 1).indexes, ones_like(noise));
        var order = noise.add(isHard).argsort(1, descending: true);
        return new HardPatchPlan(
            order.narrow(1, masked, order.shape[1] - masked).contiguous().MoveToOuterDisposeScope(),
            order.narrow(1, 0, masked).contiguous().MoveToOuterDisposeScope());
    }
}
