namespace MaskedPretraining.Core.Imaging;

/// <summary>A rectangle of an image in whole pixels.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct CropBox(int Top, int Left, int Height, int Width);
