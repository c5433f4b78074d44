namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>A flat run of elements that tensors are views of.</summary>
/// <param name="Key">Under which name its bytes are stored.</param>
/// <param name="Type">Element type; null for bytes without one.</param>
/// <param name="StoredCount">Elements that are stored under the key.</param>
/// <param name="First">The first of them that belongs to this storage.</param>
/// <param name="Count">How many do.</param>
internal sealed record StorageReference(string Key, TensorElementType? Type, long StoredCount, long First, long Count)
{
    /// <summary>Bytes that must be stored under the key.</summary>
    /// <exception cref="OverflowException">More than 64 bits can count.</exception>
    public long StoredBytes => checked(StoredCount * (Type?.SizeInBytes() ?? 1));
}
