using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>What the normalised cut says about an image.</summary>
public sealed class TokenCutMap
{
    internal TokenCutMap(PatchGrid grid, double secondEigenvalue, double thirdEigenvalue, double[] eigenvector)
    {
        (Grid, SecondEigenvalue, ThirdEigenvalue, Eigenvector) = (grid, secondEigenvalue, thirdEigenvalue, eigenvector);
        Map = new AttentionGrid(grid, ScaleToUnit(eigenvector));
        // Of the map rather than the eigenvector: cells that differ by rounding alone are equal there, so that everyone finds the same seed.
        Region = ObjectRegion.Find<float>(Map.Values, grid);
    }

    /// <summary>The grid of patches.</summary>
    public PatchGrid Grid { get; }

    /// <summary>Second smallest eigenvalue of <c>(D - A) x = lambda D x</c>, 0 to about 1: what the cut costs.</summary>
    public double SecondEigenvalue { get; }

    /// <summary>Third smallest eigenvalue, not less than <see cref="SecondEigenvalue"/> but for rounding.</summary>
    public double ThirdEigenvalue { get; }

    /// <summary>Whether second and third eigenvalue agree to 1e-6, as for a picture of one texture: then any mixture of their eigenvectors is one too, no cut is better than the others, and everything here is zero.</summary>
    public bool IsDegenerate => Region is null;

    /// <summary>The second eigenvector x, <c>[rows, columns]</c>, signed so that the object is positive and scaled so that the sum of <c>D x^2</c> is 1; zeros if degenerate.</summary>
    public double[] Eigenvector { get; }

    /// <summary>The eigenvector scaled to 0..1; zeros if degenerate.</summary>
    public AttentionGrid Map { get; }

    /// <summary>Bipartition (cells above the mean), the object's component, its seed and its box in patches; null if degenerate.</summary>
    public ObjectRegion? Region { get; }

    /// <summary>The object's box in pixels, right and lower side cut at the image's; null if degenerate.</summary>
    /// <param name="patchSize">Side of a patch in pixels.</param>
    /// <param name="imageHeight">Rows of the image; less than the grid's patches where it was padded.</param>
    /// <param name="imageWidth">Columns of the image.</param>
    public BoundingBox? BoxInPixels(int patchSize, int imageHeight, int imageWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageWidth);
        return Region?.Box.Scale(patchSize, patchSize) is { } box
            ? box with { Right = Math.Min(box.Right, imageWidth), Bottom = Math.Min(box.Bottom, imageHeight) }
            : null;
    }

    private static float[] ScaleToUnit(double[] values)
    {
        double least = values.Min();
        double range = values.Max() - least;
        return range > 0 ? Array.ConvertAll(values, value => (float)((value - least) / range)) : new float[values.Length];
    }
}
