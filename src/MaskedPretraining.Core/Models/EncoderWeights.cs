using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Models;

/// <summary>A trained encoder in managed memory: what the engine hands to the exporters and to files.</summary>
/// <param name="Architecture">The encoder's shape.</param>
/// <param name="Weights">Its tensors under timm's names (<c>cls_token</c>, <c>pos_embed</c>, <c>patch_embed.proj.weight</c>, <c>blocks.0.norm1.weight</c>, ..., <c>norm.bias</c>), single precision.</param>
public sealed record EncoderWeights(VisionTransformerOptions Architecture, StateDictionary Weights);
