namespace MaskedPretraining.Core.Imaging;

/// <summary>Reduces images that are larger than wanted. Keeps its buffers; one a thread.</summary>
/// <param name="maximum">The longest that a shorter side may be.</param>
internal sealed class ShorterSide(int maximum)
{
    private readonly PilResampler _resampler = new(ResampleFilter.Bicubic);
    private readonly ImageBuffer _reduced = new();

    /// <summary>An image whose shorter side is at most the maximum.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The image itself, or a reduced one (bicubic, aspect ratio kept), valid until the next call.</returns>
    public PixelView Reduce(PixelView image)
    {
        int shorter = Math.Min(image.Width, image.Height);
        if (shorter <= maximum)
        {
            return image;
        }

        double scale = (double)maximum / shorter;
        int height = (int)Math.Round(image.Height * scale);
        int width = (int)Math.Round(image.Width * scale);
        _resampler.Resize(image, image.Box, height, width, false, _reduced.Reserve(width, height, image.Channels));
        return _reduced.View();
    }
}
