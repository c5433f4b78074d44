using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>Fills the first values of a parameter.</summary>
/// <param name="values">The elements, row-major.</param>
/// <param name="random">The parameter's own stream.</param>
internal delegate void Initializer(Span<float> values, RandomStream random);
