namespace MaskedPretraining.Torch.Training;

/// <summary>What an encoder says about a batch of images.</summary>
/// <param name="Cls">Class token after the final normalisation, <c>[B, D]</c>.</param>
/// <param name="Mean">Mean of the patch tokens after the final normalisation, class token excluded, <c>[B, D]</c>.</param>
/// <param name="Patches">Patch tokens after the final normalisation, <c>[B, N, D]</c>.</param>
/// <param name="Attention">Attention of the class token to the patches in the last block, <c>[B, h, N]</c>: the softmax row over 1 + N keys without the class key, not renormalised.</param>
public sealed record EncoderOutput(float[] Cls, float[] Mean, float[] Patches, float[] Attention);
