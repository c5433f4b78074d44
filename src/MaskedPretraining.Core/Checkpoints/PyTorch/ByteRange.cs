namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>Where bytes lie in a file.</summary>
/// <param name="Position">The first.</param>
/// <param name="Length">How many.</param>
internal readonly record struct ByteRange(long Position, long Length);
