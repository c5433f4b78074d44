using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// The reconstruction loss of images that are not trained on. Each image is resized as a whole and has the same mask in every pass: the strategy's for the first epoch,
/// without attention, so that losses of different epochs and of guided and unguided runs can be compared.
/// </summary>
/// <param name="images">The images.</param>
/// <param name="options">The run's options.</param>
internal sealed class ValidationPass(IImageSource images, PretrainerOptions options)
{
    private readonly TrainingProgress _first = new(0, Math.Max(options.Epochs, 1));

    /// <returns>Mean loss over all images.</returns>
    public double Run(PretrainingSession session)
    {
        var counts = options.Masking.CountsAt(options.Architecture.Grid, _first);
        var loader = new WholeImageLoader(images, options.Architecture, new BatchLoaderOptions { BatchSize = options.BatchSize, Threads = options.LoaderThreads });
        double sum = 0;
        foreach (var loaded in loader.All())
        {
            using var batch = loaded;
            var (visible, masked) = Plan(batch.Samples, counts);
            sum += batch.Count * (double)session.Evaluate(batch.Count, batch.Patches, visible, masked);
        }

        return sum / images.Count;
    }

    private (long[] Visible, long[] Masked) Plan(ReadOnlySpan<int> samples, MaskCounts counts)
    {
        var (visible, masked) = (new long[samples.Length * counts.Visible], new long[samples.Length * counts.Masked]);
        var (visibleHere, maskedHere) = (new int[counts.Visible], new int[counts.Masked]);
        var even = new float[options.Architecture.Grid.Count];
        Array.Fill(even, 1);
        for (int place = 0; place < samples.Length; place++)
        {
            var random = new RandomStream(options.Seed, RandomPurpose.Mask, 0, samples[place]);
            options.Masking.Plan(new SampleContext(options.Architecture.Grid, _first, random) { PatchWeights = even }, visibleHere, maskedHere);
            for (int i = 0; i < visibleHere.Length; i++)
            {
                visible[(place * counts.Visible) + i] = visibleHere[i];
            }

            for (int i = 0; i < maskedHere.Length; i++)
            {
                masked[(place * counts.Masked) + i] = maskedHere[i];
            }
        }

        return (visible, masked);
    }
}
