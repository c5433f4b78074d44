using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Training;

/// <summary>Patch tokens of images with the classes that the image shows there.</summary>
/// <param name="Tokens">Tokens of I images of R x C patches each, class token not counted, <c>[I * R * C, D]</c>; patch number = row * C + column.</param>
/// <param name="Grid">Rows R and columns C of patches.</param>
/// <param name="Classes">Number of classes K, at least 2.</param>
/// <param name="LabelsPerSide">Cells with a label along each side of a patch, s.</param>
/// <param name="Shares">Share of each class in each cell, <c>[I, K, s * R, s * C]</c>, 0 to 1; cells whose shares add up to less count for less.</param>
public sealed record LabeledPatches(FeatureMatrix Tokens, PatchGrid Grid, int Classes, int LabelsPerSide, float[] Shares)
{
    /// <summary>Number of images I.</summary>
    public int Images => Tokens.Rows / Grid.Count;
}
