using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Models;

/// <summary>A trained mask generator (AutoMAE, Chen et al. 2023) with the frozen encoder whose attention it reads.</summary>
/// <param name="Provider">The encoder: h heads, N patches.</param>
/// <param name="Options">Hidden channels, scale and temperature.</param>
/// <param name="Weights">
/// Its tensors under the released names, single precision: <c>scorer_pred.main.0.weight</c> <c>[hidden, h, 3, 3]</c>, <c>scorer_pred.main.0.bias</c> <c>[hidden]</c>,
/// <c>scorer_pred.main.2.weight</c> <c>[1, hidden, 3, 3]</c>, <c>scorer_pred.main.2.bias</c> <c>[1]</c>.
/// </param>
public sealed record MaskGeneratorWeights(EncoderWeights Provider, MaskGeneratorOptions Options, StateDictionary Weights);
