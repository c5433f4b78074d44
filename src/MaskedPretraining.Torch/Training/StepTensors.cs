using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What one training step needs on the device. Thrown patches are not among it.</summary>
/// <param name="Count">Images B.</param>
/// <param name="VisiblePatches">Scaled, <c>[B*v, P*P*C]</c>.</param>
/// <param name="VisibleTokens">For each image 0 (class token), then visible patch numbers + 1: <c>[B*(1+v)]</c>.</param>
/// <param name="MaskedPatches">Scaled, <c>[B*m, P*P*C]</c>; what the targets are made of.</param>
/// <param name="MaskedTokens">Masked patch numbers + 1, <c>[B*m]</c>.</param>
internal sealed record StepTensors(int Count, Tensor VisiblePatches, Tensor VisibleTokens, Tensor MaskedPatches, Tensor MaskedTokens);
