using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Torch.Augmentation;

/// <summary>How a batch is mixed.</summary>
/// <param name="Lambda">Share of an image's own target in its mixed target, 0 to 1; its partner has the rest.</param>
/// <param name="Box">CutMix: what comes from the partner, in pixels. Null: mixup, all pixels are mixed by lambda.</param>
internal readonly record struct BatchMix(double Lambda, CropBox? Box)
{
    /// <summary>CutMix around a centre: sides <c>floor(side * sqrt(1 - lambda))</c>, halved to whole pixels and cut off at the image's edge; lambda becomes the share of pixels left.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="lambda">The share drawn.</param>
    /// <param name="centreY">Row of the centre.</param>
    /// <param name="centreX">Column of the centre.</param>
    /// <returns>Null if the box is empty.</returns>
    public static BatchMix? Cut(int height, int width, double lambda, int centreY, int centreX)
    {
        double side = Math.Sqrt(1 - lambda);
        int halfHeight = (int)(height * side) / 2, halfWidth = (int)(width * side) / 2;
        int top = Math.Max(centreY - halfHeight, 0), left = Math.Max(centreX - halfWidth, 0);
        int rows = Math.Min(centreY + halfHeight, height) - top, columns = Math.Min(centreX + halfWidth, width) - left;
        return rows > 0 && columns > 0
            ? new BatchMix(1 - ((double)rows * columns / ((double)height * width)), new CropBox(top, left, rows, columns))
            : null;
    }
}
