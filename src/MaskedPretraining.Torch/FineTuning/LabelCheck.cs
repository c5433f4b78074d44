using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>What labelled images must be like before they are trained on.</summary>
internal static class LabelCheck
{
    public static void Training(ILabeledImageSource images)
    {
        int[] labels = images.Labels();
        if (labels.Distinct().Take(2).Count() < 2)
        {
            throw new InvalidDataException(
                labels.Length == 0
                    ? "There are no labelled images to train on."
                    : $"All {labels.Length} training images have the class '{images.ClassNames[labels[0]]}'; a classifier needs at least two classes. Check the label column.");
        }
    }

    public static void Validation(ILabeledImageSource training, ILabeledImageSource? validation)
    {
        if (validation is null)
        {
            return;
        }

        if (validation.Count == 0)
        {
            throw new InvalidDataException("There are no validation images. Pass null for no validation.");
        }

        if (!validation.ClassNames.SequenceEqual(training.ClassNames, StringComparer.Ordinal))
        {
            throw new InvalidDataException(
                $"The validation images have the classes {string.Join(", ", validation.ClassNames)}, the training images {string.Join(", ", training.ClassNames)}; they must be the same in the same order.");
        }

        var known = training.Labels().ToHashSet();
        string[] unknown = [.. validation.Labels().Distinct().Order().Where(label => !known.Contains(label)).Select(label => training.ClassNames[label])];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"No training image has the class {string.Join(", ", unknown.Select(name => $"'{name}'"))}, but validation images do; it could never be predicted. Add training images of it, or leave it out of the validation.");
        }
    }
}
