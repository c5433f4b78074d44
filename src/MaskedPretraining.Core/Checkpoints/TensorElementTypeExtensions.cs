namespace MaskedPretraining.Core.Checkpoints;

/// <summary>What is known about element types.</summary>
public static class TensorElementTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    public static int SizeInBytes(this TensorElementType type) => type switch
    {
        TensorElementType.Bool or TensorElementType.U8 or TensorElementType.I8 => 1,
        TensorElementType.I16 or TensorElementType.U16 or TensorElementType.F16 or TensorElementType.BF16 => 2,
        TensorElementType.I32 or TensorElementType.U32 or TensorElementType.F32 => 4,
        TensorElementType.I64 or TensorElementType.U64 or TensorElementType.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This is no element type."),
    };

    /// <summary>Bytes of a contiguous tensor of <paramref name="shape"/>.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">Sizes, each at least 0; empty for a scalar.</param>
    /// <exception cref="OverflowException">The number does not fit into 64 bits.</exception>
    internal static long SizeInBytes(this TensorElementType type, IReadOnlyList<long> shape)
    {
        long size = type.SizeInBytes();
        foreach (long side in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(side, nameof(shape));
            size = checked(size * side);
        }

        return size;
    }
}
