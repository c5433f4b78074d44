using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Which tensors a model and its target want of a batch.</summary>
/// <param name="MaskTokensEnterEncoder">Whether the encoder sees mask tokens, hence all patches that are not thrown.</param>
/// <param name="NeedsWholeImages">Whether targets look beyond the masked patches.</param>
/// <param name="ComputeType">What the model computes in.</param>
internal sealed record StepLayout(bool MaskTokensEnterEncoder, bool NeedsWholeImages, ScalarType ComputeType);
