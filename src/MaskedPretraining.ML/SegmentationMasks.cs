using MaskedPretraining.Core.Evaluation.Segmentation;

namespace MaskedPretraining.ML;

/// <summary>What the numbers in a column of masks mean.</summary>
public enum SegmentationMasks
{
    /// <summary>An object before its background, two classes: 1 where an image is more than half bright or a vector has another number than 0, 0 elsewhere; the default.</summary>
    Objects,

    /// <summary>Class numbers from 0, with <see cref="ClassMask.Ignored"/> (255) for pixels that count for no class: an image has them as grey (equal red, green and blue), a vector as numbers.</summary>
    ClassNumbers,
}
