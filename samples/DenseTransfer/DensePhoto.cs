using Microsoft.ML.Data;
using ObjectMaps;

namespace DenseTransfer;

/// <summary>A photo, the mask of its object, and what one says who knows nothing but that objects stand in the middle.</summary>
internal sealed class DensePhoto(ObjectPhoto photo)
{
    public string ImagePath => photo.ImagePath;

    public string MaskPath => photo.MaskPath;

    /// <summary>1 inside a box of half the sides, 0 outside.</summary>
    [VectorType(ObjectPhoto.Cells, ObjectPhoto.Cells)]
    public float[] CentredBox => photo.CentredBox;

    /// <summary>The same as scores of background and object.</summary>
    [VectorType(2, ObjectPhoto.Cells, ObjectPhoto.Cells)]
    public float[] CentredScores { get; } = [.. photo.CentredBox.Select(_ => 0.5f), .. photo.CentredBox];
}
