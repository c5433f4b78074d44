using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tensors;

/// <summary>Plain memory of CPU tensors, so that an optimizer can sweep over it once instead of launching a dozen tensor operations.</summary>
internal static class TensorMemory
{
    /// <summary>Address of the first element of a contiguous CPU tensor; valid while the tensor lives.</summary>
    /// <remarks>Read through a view of one element: a span over all of it would end at 2 GiB.</remarks>
    public static unsafe void* AddressOf(Tensor tensor)
    {
        using var first = tensor.narrow(0, 0, 1);
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Copies a tensor of any device and strides to managed memory.</summary>
    public static byte[] ToArray(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return tensor.cpu().contiguous().bytes.ToArray();
    }

    /// <summary>Copies single-precision values to managed memory.</summary>
    public static float[] ToSingles(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }

    /// <summary>Copies numbers into a new tensor.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="type">The element type that <typeparamref name="T"/> stands for.</param>
    /// <param name="device">Where to.</param>
    /// <param name="shape">Sizes.</param>
    public static Tensor From<T>(ReadOnlySpan<T> values, ScalarType type, Device device, params long[] shape)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = empty(shape, type);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        return host.to(device).MoveToOuterDisposeScope();
    }
}
