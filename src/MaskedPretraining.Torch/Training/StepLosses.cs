namespace MaskedPretraining.Torch.Training;

/// <summary>Losses of a batch, or a part's share of them.</summary>
/// <param name="Loss">What is minimised.</param>
/// <param name="Plain">The reconstruction error without weights.</param>
/// <param name="Foreground">The part of the weighted error that lies on foreground patches; 0 if nothing guides the loss.</param>
internal readonly record struct StepLosses(double Loss, double Plain, double Foreground)
{
    public static StepLosses operator +(StepLosses a, StepLosses b) => new(a.Loss + b.Loss, a.Plain + b.Plain, a.Foreground + b.Foreground);

    /// <summary>Of a loss whose parts are of interest, because it is weighted.</summary>
    /// <param name="loss">What is minimised, regularisers included.</param>
    /// <param name="errors">Error of each masked patch, image by image.</param>
    /// <param name="images">Weights and foreground of the same patches.</param>
    /// <param name="count">Masked patches in the whole batch.</param>
    public static StepLosses Of(double loss, ReadOnlySpan<float> errors, MaskedImages images, long count)
    {
        ReadOnlySpan<bool> isForeground = images.Foreground.Span;
        ReadOnlySpan<float> weights = images.LossWeights.Span;
        int perImage = images.Masked.Length / images.Count, next = 0;
        double plain = 0, foreground = 0;
        for (int image = 0; image < images.Count; image++)
        {
            for (int place = image * perImage; place < (image * perImage) + images.MaskedCountOf(image); place++)
            {
                float error = errors[next++];
                plain += error;
                foreground += isForeground[place] ? error * weights[place] : 0;
            }
        }

        return new StepLosses(loss, plain / count, foreground / count);
    }
}
