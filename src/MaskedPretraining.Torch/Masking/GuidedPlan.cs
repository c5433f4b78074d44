using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>Masks of a batch that a generator guided, and the way back to it.</summary>
/// <param name="TopIds">The patches with a bonus, by descending probability, <c>[B, K]</c>.</param>
/// <param name="Scores">Noise and bonus; the smallest stay visible, <c>[B, N]</c>. A constant.</param>
/// <param name="Visible">Visible patches by ascending score, <c>[B, v]</c>.</param>
/// <param name="Masked">Masked patches by ascending score, <c>[B, m]</c>.</param>
/// <param name="Gate">
/// Exactly 1, <c>[B, v]</c>: a factor on the visible tokens, positions included, before the first block. Its gradient is the way from the reconstruction loss to the generator.
/// </param>
internal sealed record GuidedPlan(Tensor TopIds, Tensor Scores, Tensor Visible, Tensor Masked, Tensor Gate);
