using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Stochastic depth (Huang et al. 2016; timm's drop path): in training, each branch of each image is left out with the probability of its block, which rises linearly from 0 to the rate,
/// and divided by the probability to stay otherwise.
/// </summary>
/// <param name="depth">Blocks L.</param>
/// <param name="rate">Probability in the last block.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class StochasticDepth(int depth, double rate, ulong seed)
{
    /// <summary>What each branch is multiplied by; depends on seed, epoch and image number alone.</summary>
    /// <param name="samples">Image numbers, <c>[B]</c>.</param>
    /// <param name="epoch">The epoch.</param>
    /// <returns><c>[B, 2L]</c>, attention before MLP; empty if nothing is ever left out.</returns>
    public float[] Draw(ReadOnlySpan<int> samples, int epoch)
    {
        if (rate == 0)
        {
            return [];
        }

        var scales = new float[samples.Length * 2 * depth];
        for (int image = 0; image < samples.Length; image++)
        {
            var random = new RandomStream(seed, RandomPurpose.StochasticDepth, epoch, samples[image]);
            for (int branch = 0; branch < 2 * depth; branch++)
            {
                double stays = 1 - ProbabilityOf(branch / 2);
                scales[(image * 2 * depth) + branch] = random.NextDouble() < stays ? (float)(1 / stays) : 0;
            }
        }

        return scales;
    }

    private double ProbabilityOf(int block) => depth == 1 ? 0 : rate * block / (depth - 1);
}
