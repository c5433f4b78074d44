using System.Runtime.InteropServices;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<bool>(rawArray, [rawArray.Length], ScalarType.Bool, dtype, device, requires_grad);
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<bool>(rawArray, dimensions, ScalarType.Bool, dtype, device, requires_grad);
    public static Tensor tensor(bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Bool, dtype, device, requires_grad);

    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<byte>(rawArray, [rawArray.Length], ScalarType.Byte, dtype, device, requires_grad);
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<byte>(rawArray, dimensions, ScalarType.Byte, dtype, device, requires_grad);
    public static Tensor tensor(Memory<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<byte>(rawArray.Span, dimensions, ScalarType.Byte, dtype, device, requires_grad);
    public static Tensor tensor(byte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Byte, dtype, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<double>(rawArray, [rawArray.Length], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<double>(rawArray, dimensions, ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<double>(rawArray.Span, dimensions, ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Float64, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<float>(rawArray, [rawArray.Length], ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<float>(rawArray, dimensions, ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<float>(rawArray.Span, dimensions, ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Float32, dtype, device, requires_grad);

    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<int>(rawArray, [rawArray.Length], ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<int>(rawArray, dimensions, ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<int>(rawArray.Span, dimensions, ScalarType.Int32, dtype, device, requires_grad);
    public static Tensor tensor(int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Int32, dtype, device, requires_grad);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<long>(dataArray, [dataArray.Length], ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<long>(dataArray, dimensions, ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<long>(rawArray.Span, dimensions, ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Int64, dtype, device, requires_grad);

    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<sbyte>(rawArray, [rawArray.Length], ScalarType.Int8, dtype, device, requires_grad);
    public static Tensor tensor(sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<sbyte>(rawArray, dimensions, ScalarType.Int8, dtype, device, requires_grad);
    public static Tensor tensor(Memory<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<sbyte>(rawArray.Span, dimensions, ScalarType.Int8, dtype, device, requires_grad);
    public static Tensor tensor(sbyte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Int8, dtype, device, requires_grad);

    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<short>(rawArray, [rawArray.Length], ScalarType.Int16, dtype, device, requires_grad);
    public static Tensor tensor(short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<short>(rawArray, dimensions, ScalarType.Int16, dtype, device, requires_grad);
    public static Tensor tensor(Memory<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied<short>(rawArray.Span, dimensions, ScalarType.Int16, dtype, device, requires_grad);
    public static Tensor tensor(short[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Copied(Bytes(rawArray), [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarType.Int16, dtype, device, requires_grad);

    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) => Copied<byte>([scalar], [], ScalarType.Byte, null, device, requires_grad);
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) => Copied<float>([scalar], [], ScalarType.Float32, null, device, requires_grad);
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) => Copied<int>([scalar], [], ScalarType.Int32, null, device, requires_grad);
    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) => Copied<sbyte>([scalar], [], ScalarType.Int8, null, device, requires_grad);
    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) => Copied<short>([scalar], [], ScalarType.Int16, null, device, requires_grad);
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copied<bool>([scalar], [], ScalarType.Bool, dtype, device, requires_grad);
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copied<double>([scalar], [], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copied<long>([scalar], [], ScalarType.Int64, dtype, device, requires_grad);

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var sizes = new long[rawArray.Rank];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = rawArray.GetLength(i);
        return Copied(Bytes(rawArray), sizes, TypeOf(rawArray), dtype, device, requires_grad);
    }

    /// <summary>A tensor over the array's own memory: a change of one shows in the other. The array stays pinned while a tensor uses it.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var bytes = (long)rawArray.Length * TypeOf(rawArray).ElementSize();
        if (count < 0)
            count = bytes / dtype.ElementSize() - offset;
        if (offset < 0 || (offset + count) * dtype.ElementSize() > bytes)
            throw new ArgumentException($"{count} elements of {dtype} from element {offset} do not lie inside the array.");
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var data = pin.AddrOfPinnedObject() + (nint)(offset * dtype.ElementSize());
        var handle = Shim.shim_from_blob(data, &count, 1, (int)dtype, GCHandle.ToIntPtr(pin), &Unpin);
        if (handle == 0)
            pin.Free();
        return Finished(new Tensor(Shim.Check(handle)), requires_grad);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static Tensor Copied<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> sizes, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged =>
        Copied(MemoryMarshal.AsBytes(values), sizes, type, dtype, device, requires_grad);

    private static Tensor Copied(ReadOnlySpan<byte> values, ReadOnlySpan<long> sizes, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
    {
        var count = 1L;
        foreach (var size in sizes)
            count *= size;
        if (count * type.ElementSize() != values.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {values.Length / type.ElementSize()} vs. {count}");
        var made = Made(Operators.Empty, sizes, type, null, false);
        values.CopyTo(new Span<byte>((void*)made.DataPointer, values.Length));
        if ((dtype is { } wanted && wanted != type) || device is { type: not DeviceType.CPU })
        {
            var moved = made.to(dtype ?? type, device ?? CPU);
            made.Dispose();
            made = moved;
        }

        return Finished(made, requires_grad);
    }

    private static ReadOnlySpan<byte> Bytes(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), checked(array.Length * TypeOf(array).ElementSize()));

    private static ScalarType TypeOf(Array array) => Type.GetTypeCode(array.GetType().GetElementType()) switch
    {
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Boolean => ScalarType.Bool,
        _ => throw new ArgumentException($"Tensors cannot be made from arrays of {array.GetType().GetElementType()}."),
    };
}
