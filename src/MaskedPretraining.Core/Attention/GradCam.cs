using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Grad-CAM (Selvaraju et al. 2017): where a classifier found its evidence. Each channel of a layer's activations is weighed by the mean gradient of the class score with respect to it.</summary>
/// <remarks><c>cam = sum over c of w_c a_c</c> with w_c the mean of the gradient over all places; negative values become 0, then <c>(cam - min)/(1e-7 + max)</c> of what is left.</remarks>
public static class GradCam
{
    private const double Epsilon = 1e-7;

    /// <summary>The map of a convolutional layer, usually the last one.</summary>
    /// <param name="activations">What the layer puts out for an image, <c>[C, rows, columns]</c>.</param>
    /// <param name="gradients">Gradient of the class's score (before the softmax) with respect to it, <c>[C, rows, columns]</c>.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="grid">Rows and columns of the layer.</param>
    /// <returns>The weighted sum before it is cut and scaled, and the map in 0..1; both <c>[rows, columns]</c>.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or a value is not finite.</exception>
    public static (float[] Sum, AttentionGrid Map) OfChannels(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, int channels, PatchGrid grid)
    {
        Check(activations, gradients, channels, grid.Count);
        double[] sums = new double[grid.Count];
        for (int channel = 0; channel < channels; channel++)
        {
            double weight = 0;
            for (int cell = 0; cell < grid.Count; cell++)
            {
                weight += gradients[channel * grid.Count + cell];
            }

            for (int cell = 0; cell < grid.Count; cell++)
            {
                sums[cell] += weight / grid.Count * activations[channel * grid.Count + cell];
            }
        }

        return Scale(sums, grid);
    }

    /// <summary>The map of a transformer's tokens: for a head that reads the class token, those that the last block's first normalisation puts out; behind that block no gradient reaches the patches.</summary>
    /// <param name="activations">Tokens of an image, class token first, <c>[1 + N, C]</c>. The class token is dropped.</param>
    /// <param name="gradients">Gradient of the class's score with respect to them, <c>[1 + N, C]</c>.</param>
    /// <param name="channels">Width of a token C, at least 1.</param>
    /// <param name="grid">The grid of patches, N = rows * columns.</param>
    /// <inheritdoc cref="OfChannels" path="/returns"/>
    /// <inheritdoc cref="OfChannels" path="/exception"/>
    public static (float[] Sum, AttentionGrid Map) OfTokens(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, int channels, PatchGrid grid)
    {
        Check(activations, gradients, channels, grid.Count + 1);
        double[] weights = new double[channels];
        for (int place = channels; place < gradients.Length; place++)
        {
            weights[place % channels] += (double)gradients[place] / grid.Count;
        }

        double[] sums = new double[grid.Count];
        for (int place = channels; place < activations.Length; place++)
        {
            sums[place / channels - 1] += weights[place % channels] * activations[place];
        }

        return Scale(sums, grid);
    }

    private static (float[] Sum, AttentionGrid Map) Scale(double[] sums, PatchGrid grid)
    {
        double[] positive = Array.ConvertAll(sums, sum => Math.Max(sum, 0));
        double least = positive.Min();
        double range = positive.Max() - least;
        return (Array.ConvertAll(sums, sum => (float)sum), new AttentionGrid(grid, Array.ConvertAll(positive, value => (float)((value - least) / (Epsilon + range)))));
    }

    private static void Check(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, int channels, int places)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        if (activations.Length != (long)channels * places || gradients.Length != activations.Length)
        {
            throw new ArgumentException(
                $"{channels} channels at {places} places need {(long)channels * places} activations and gradients, but there are {activations.Length} and {gradients.Length}.", nameof(activations));
        }
    }
}
