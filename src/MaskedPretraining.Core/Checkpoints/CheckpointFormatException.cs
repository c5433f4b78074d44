namespace MaskedPretraining.Core.Checkpoints;

/// <summary>A checkpoint file that is damaged, is no checkpoint, or holds something else than is needed.</summary>
public sealed class CheckpointFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What is wrong with it and what to do, as the rest of "PATH cannot be used: ...".</param>
    /// <param name="innerException">What the parser said, if it threw.</param>
    public CheckpointFormatException(string path, string reason, Exception? innerException = null)
        : base($"{path} cannot be used: {reason}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
