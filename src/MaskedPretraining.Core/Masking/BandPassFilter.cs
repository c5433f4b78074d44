using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Masking;

/// <summary>The difference of a narrow and a wide blur. Thread safe.</summary>
/// <param name="grid">The grid of patches.</param>
/// <param name="narrow">Standard deviation of the narrow blur, in patches.</param>
/// <param name="wide">Standard deviation of the wide blur, in patches.</param>
internal sealed class BandPassFilter(PatchGrid grid, double narrow, double wide)
{
    private readonly GaussianBlur _narrow = new(grid, narrow);
    private readonly GaussianBlur _wide = new(grid, wide);

    public PatchGrid Grid => grid;

    /// <param name="noise">White noise, <c>[N]</c>.</param>
    /// <param name="scores">Receives the filtered noise, <c>[N]</c>.</param>
    public void Apply(ReadOnlySpan<double> noise, Span<double> scores)
    {
        Span<double> coarse = noise.Length <= PlanCounts.MaximumStackCount ? stackalloc double[noise.Length] : new double[noise.Length];
        _narrow.Apply(noise, scores);
        _wide.Apply(noise, coarse);
        for (int patch = 0; patch < scores.Length; patch++)
        {
            scores[patch] -= coarse[patch];
        }
    }
}
