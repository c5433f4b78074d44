using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>A tensor in managed memory: element type, shape, contiguous row-major little-endian bytes.</summary>
public sealed class TensorData
{
    /// <summary>Wraps bytes.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Sizes; empty for a scalar.</param>
    /// <param name="bytes">The elements, not copied.</param>
    /// <exception cref="ArgumentException">The number of bytes is not what type and shape need.</exception>
    public TensorData(TensorElementType type, IReadOnlyList<long> shape, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(bytes);
        long needed = type.SizeInBytes(shape);
        if (bytes.LongLength != needed)
        {
            throw new ArgumentException($"A tensor of {type} with shape [{string.Join(", ", shape)}] needs {needed} bytes, but there are {bytes.LongLength}.", nameof(bytes));
        }

        (Type, Shape, Bytes) = (type, shape, bytes);
    }

    /// <summary>Element type.</summary>
    public TensorElementType Type { get; }

    /// <summary>Sizes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements, row-major, little-endian.</summary>
    public byte[] Bytes { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Bytes.Length / Type.SizeInBytes();

    /// <summary>Copies single-precision numbers into a tensor of <see cref="TensorElementType.F32"/>.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">Sizes; none for a scalar.</param>
    public static TensorData FromSingles(ReadOnlySpan<float> values, params long[] shape) => Copy(TensorElementType.F32, values, shape);

    /// <summary>Copies double-precision numbers into a tensor of <see cref="TensorElementType.F64"/>.</summary>
    /// <inheritdoc cref="FromSingles"/>
    public static TensorData FromDoubles(ReadOnlySpan<double> values, params long[] shape) => Copy(TensorElementType.F64, values, shape);

    /// <summary>Copies integers into a tensor of <see cref="TensorElementType.I64"/>.</summary>
    /// <inheritdoc cref="FromSingles"/>
    public static TensorData FromInt64s(ReadOnlySpan<long> values, params long[] shape) => Copy(TensorElementType.I64, values, shape);

    /// <summary>Copies bytes into a tensor of <see cref="TensorElementType.U8"/>.</summary>
    /// <inheritdoc cref="FromSingles"/>
    public static TensorData FromBytes(ReadOnlySpan<byte> values, params long[] shape) => Copy(TensorElementType.U8, values, shape);

    /// <summary>The elements in single precision: exact for F32, F16 and BF16, rounded for F64.</summary>
    /// <exception cref="InvalidOperationException">The elements are integers or truth values.</exception>
    public float[] ToSingles()
    {
        var singles = new float[Count];
        switch (Type)
        {
            case TensorElementType.F32:
                Cast<float>().CopyTo(singles);
                break;
            case TensorElementType.F16:
                TensorPrimitives.ConvertToSingle(Cast<Half>(), singles);
                break;
            case TensorElementType.BF16:
                Fill(singles, Cast<ushort>(), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));
                break;
            case TensorElementType.F64:
                Fill(singles, Cast<double>(), value => (float)value);
                break;
            default:
                throw new InvalidOperationException($"A tensor of {Type} holds no real numbers; read it with {nameof(ToInt64s)}.");
        }

        return singles;
    }

    /// <summary>The elements in double precision: exact for every floating-point type.</summary>
    /// <exception cref="InvalidOperationException">The elements are integers or truth values.</exception>
    public double[] ToDoubles() => Type == TensorElementType.F64 ? Cast<double>().ToArray() : Array.ConvertAll(ToSingles(), value => (double)value);

    /// <summary>The elements as 64-bit integers; truth values become 0 and 1.</summary>
    /// <exception cref="InvalidOperationException">The elements are real numbers.</exception>
    /// <exception cref="OverflowException">An unsigned element is larger than the largest signed one.</exception>
    public long[] ToInt64s()
    {
        var integers = new long[Count];
        switch (Type)
        {
            case TensorElementType.I64:
                Cast<long>().CopyTo(integers);
                break;
            case TensorElementType.U64:
                Fill(integers, Cast<ulong>(), value => checked((long)value));
                break;
            case TensorElementType.I32:
                Fill(integers, Cast<int>(), value => value);
                break;
            case TensorElementType.U32:
                Fill(integers, Cast<uint>(), value => value);
                break;
            case TensorElementType.I16:
                Fill(integers, Cast<short>(), value => value);
                break;
            case TensorElementType.U16:
                Fill(integers, Cast<ushort>(), value => value);
                break;
            case TensorElementType.I8:
                Fill(integers, Cast<sbyte>(), value => value);
                break;
            case TensorElementType.U8:
                Fill(integers, Cast<byte>(), value => value);
                break;
            case TensorElementType.Bool:
                Fill(integers, Cast<byte>(), value => value == 0 ? 0L : 1L);
                break;
            default:
                throw new InvalidOperationException($"A tensor of {Type} holds no integers; read it with {nameof(ToSingles)} or {nameof(ToDoubles)}.");
        }

        return integers;
    }

    private static TensorData Copy<T>(TensorElementType type, ReadOnlySpan<T> values, long[] shape)
        where T : unmanaged => new(type, [.. shape], MemoryMarshal.AsBytes(values).ToArray());

    private static void Fill<TFrom, TTo>(TTo[] destination, ReadOnlySpan<TFrom> source, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = convert(source[i]);
        }
    }

    private ReadOnlySpan<T> Cast<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);
}
