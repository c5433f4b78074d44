using System.Numerics.Tensors;
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

    /// <param name="session">Has the weights to try.</param>
    /// <param name="cancellationToken">Ends the pass between two batches.</param>
    /// <returns>Mean loss over all images.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing has changed.</exception>
    public double Run(PretrainingSession session, CancellationToken cancellationToken)
    {
        var counts = options.Masking.CountsAt(options.Architecture.Grid, _first);
        var loader = new WholeImageLoader(images, options.Architecture, new BatchLoaderOptions { BatchSize = options.BatchSize, Threads = options.LoaderThreads });
        double sum = 0;
        Action? last = null;
        foreach (var loaded in loader.All(cancellationToken))
        {
            using var batch = loaded;
            int count = batch.Count;
            // A device that is still at a batch gets the next one before it is waited for.
            var loss = session.StartEvaluation(Plan(batch, counts));
            last?.Invoke();
            last = () => sum += count * loss();
        }

        last?.Invoke();
        return sum / images.Count;
    }

    private MaskedImages Plan(ImageBatch batch, MaskCounts counts)
    {
        int images = batch.Count;
        var (visible, masked, maskedCounts) = (new long[images * counts.Visible], new long[images * counts.Masked], new int[images]);
        var (visibleHere, maskedHere) = (new int[counts.Visible], new int[counts.Masked]);
        var even = new float[options.Architecture.Grid.Count];
        Array.Fill(even, 1);
        for (int place = 0; place < images; place++)
        {
            var random = new RandomStream(options.Seed, RandomPurpose.Mask, 0, batch.Samples[place]);
            maskedCounts[place] = options.Masking.Plan(new SampleContext(options.Architecture.Grid, _first, random) { PatchWeights = even }, visibleHere, maskedHere);
            TensorPrimitives.ConvertChecked<int, long>(visibleHere, visible.AsSpan(place * counts.Visible));
            TensorPrimitives.ConvertChecked<int, long>(maskedHere, masked.AsSpan(place * counts.Masked));
        }

        return new MaskedImages(images, batch.Patches.AsMemory(0, images * options.Architecture.Grid.Count * options.Architecture.PatchLength), visible, masked) { MaskedCounts = maskedCounts };
    }
}
