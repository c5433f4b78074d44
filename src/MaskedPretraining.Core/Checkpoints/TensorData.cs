namespace MaskedPretraining.Core.Checkpoints;

/// <summary>A tensor in managed memory: element type, shape, contiguous row-major little-endian bytes.</summary>
public sealed class TensorData
{
    /// <summary>Wraps bytes.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Sizes; empty for a scalar.</param>
    /// <param name="bytes">The elements, not copied.</param>
    public TensorData(TensorElementType type, IReadOnlyList<long> shape, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(bytes);
        (Type, Shape, Bytes) = (type, shape, bytes);
    }

    /// <summary>Element type.</summary>
    public TensorElementType Type { get; }

    /// <summary>Sizes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements, row-major, little-endian.</summary>
    public byte[] Bytes { get; }
}
