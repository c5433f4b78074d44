namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>What a zip archive's directory says of a file in it.</summary>
/// <param name="Name">Path inside of the archive.</param>
/// <param name="IsStored">Whether its bytes lie there as they are, neither compressed nor encrypted.</param>
/// <param name="Length">Bytes.</param>
/// <param name="HeaderPosition">Where its own header begins.</param>
internal sealed record ZipEntry(string Name, bool IsStored, long Length, long HeaderPosition);
