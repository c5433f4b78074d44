using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>What a pass of a <see cref="MaskedImageModel"/> makes.</summary>
/// <param name="Predictions"><c>[M, F]</c>, one row a masked patch.</param>
/// <param name="Encoded">Output of the encoder's last block before the final normalisation, <c>[B*n, D]</c>, class token first in each image.</param>
/// <param name="Losses">Predicted losses of the masked patches, <c>[B, m]</c> in single precision; null if the model predicts none.</param>
internal sealed record ModelOutput(Tensor Predictions, Tensor Encoded, Tensor? Losses);
