namespace MaskedPretraining.Core.Imaging;

/// <summary>A file or row that should be an image and cannot be read as one.</summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="imageName">The image's path or row name.</param>
    /// <param name="reason">Why it cannot be read, as the rest of "cannot be read as an image: ...".</param>
    /// <param name="innerException">What the decoder said, if it threw.</param>
    public ImageFormatException(string imageName, string reason, Exception? innerException = null)
        : base($"{imageName} cannot be read as an image: {reason}", innerException) => (ImageName, Reason) = (imageName, reason);

    /// <summary>The image's path or row name.</summary>
    public string ImageName { get; }

    /// <summary>Why it cannot be read, without the name.</summary>
    internal string Reason { get; }

    /// <summary>Whether the file could not be read for a reason that may pass, such as its permissions or a disk that is away, and that says nothing about the image.</summary>
    internal bool MayPass { get; init; }
}
