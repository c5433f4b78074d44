using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;

namespace Backgrounds;

/// <summary>A task for photos of which nothing is known but the object's mask: is the object large or small? What stands behind it has no say in that.</summary>
internal static class ObjectSizes
{
    private const int TestEvery = 3;

    /// <summary>The photos with a class each, every third for the test.</summary>
    public static ((ILabeledImageSource Images, IImageSource Masks) Train, (ILabeledImageSource Images, IImageSource Masks) Test) Split(ImageMaskPairs pairs)
    {
        double[] shares = [.. Enumerable.Range(0, pairs.Masks.Count).Select(index => ObjectMask.FromImage(pairs.Masks.Load(index))).Select(mask => (double)mask.Area / mask.Inside.Length)];
        double median = shares.Order().ElementAt(shares.Length / 2);
        var labeled = new LabeledImageSource(pairs.Images, [.. shares.Select(share => share < median ? 0 : 1)], ["small", "large"]);
        return (Part(index => index % TestEvery != 0), Part(index => index % TestEvery == 0));

        (ILabeledImageSource Images, IImageSource Masks) Part(Func<int, bool> isIn)
        {
            int[] indices = [.. Enumerable.Range(0, labeled.Count).Where(isIn)];
            return ((ILabeledImageSource)FilteredImageSource.Of(labeled, indices), FilteredImageSource.Of(pairs.Masks, indices));
        }
    }
}
