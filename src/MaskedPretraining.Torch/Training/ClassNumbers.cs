using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Torch.Training;

/// <summary>The classes of labelled images.</summary>
internal static class ClassNumbers
{
    /// <summary>Class number of each image.</summary>
    public static int[] Labels(this ILabeledImageSource images) => [.. Enumerable.Range(0, images.Count).Select(images.LabelOf)];
}
