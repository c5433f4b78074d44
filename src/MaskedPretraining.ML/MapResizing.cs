namespace MaskedPretraining.ML;

/// <summary>How an image of any size becomes the fixed size that a map maker reads.</summary>
/// <remarks>Models in ML.NET read images of one size. TokenCut's own padding to a multiple of the patch side and DINO's cropping to one keep every image's resolution; here <see cref="Pad"/> and <see cref="Crop"/> do the same to the model's size, after scaling.</remarks>
public enum MapResizing
{
    /// <summary>Height and width are scaled on their own, so that the map covers the whole image: AMT's way, and what guidance and <c>EvaluateMaps</c> expect; the default.</summary>
    Stretch,

    /// <summary>Scaled to cover the size, then cut in the middle: the map covers the middle of the image only.</summary>
    Crop,

    /// <summary>Scaled to fit inside, in the middle of black: the map covers the image and its black borders.</summary>
    Pad,
}
