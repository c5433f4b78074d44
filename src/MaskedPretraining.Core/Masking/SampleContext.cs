using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Masking;

/// <summary>What a masking strategy knows about the image it plans for.</summary>
/// <param name="grid">The grid of patches.</param>
/// <param name="progress">Where the run stands.</param>
/// <param name="random">The sample's own stream of random numbers.</param>
public readonly ref struct SampleContext(PatchGrid grid, TrainingProgress progress, RandomStream random)
{
    /// <summary>The grid of patches.</summary>
    public PatchGrid Grid { get; } = grid;

    /// <summary>Where the run stands.</summary>
    public TrainingProgress Progress { get; } = progress;

    /// <summary>The sample's own stream of random numbers.</summary>
    public RandomStream Random { get; } = random;

    /// <summary>Attention weight of each patch of the crop, <c>[N]</c>, each at least 0; empty if there is no map.</summary>
    public ReadOnlySpan<float> PatchWeights { get; init; }
}
