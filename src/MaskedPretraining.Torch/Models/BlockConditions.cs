using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>What a stack of blocks is told besides its tokens.</summary>
/// <param name="Batch">Images B.</param>
/// <param name="LogitBias">Added to the attention logits of every block, <c>[B or 1, h, n, n]</c>; null for none.</param>
/// <param name="BranchScales">Stochastic depth: what each image's branches are multiplied by, <c>[2L, B, 1, 1]</c>, attention before MLP; null for 1.</param>
internal sealed record BlockConditions(long Batch, Tensor? LogitBias = null, Tensor? BranchScales = null);
