namespace MaskedPretraining.Torch.Optimization;

/// <summary>Where a parameter lies in the flat buffers of a <see cref="ParameterArena"/>.</summary>
/// <param name="Spec">The declaration.</param>
/// <param name="Offset">First element.</param>
internal sealed record ParameterSlot(ParameterSpec Spec, long Offset);
