using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Counts to be timed beside those of the family's baseline.</summary>
/// <param name="Name">Mask and throw ratio.</param>
/// <param name="Counts">Masked, thrown and visible patches of 196.</param>
internal sealed record CostCase(string Name, MaskCounts Counts);
