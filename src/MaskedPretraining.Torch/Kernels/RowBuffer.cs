using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>A matrix that lives from step to step, as a tensor for products and as memory for kernels.</summary>
internal sealed unsafe class RowBuffer<T> : IDisposable
    where T : unmanaged
{
    public RowBuffer(long rows, long width, ScalarType type)
    {
        (RowCount, Width) = (rows, width);
        Rows = empty(rows, width, type).DetachFromDisposeScope();
        Transposed = Rows.t().DetachFromDisposeScope();
        Memory = (T*)TensorMemory.AddressOf(Rows);
    }

    public long RowCount { get; }

    public long Width { get; }

    /// <summary><c>[rows, width]</c>.</summary>
    public Tensor Rows { get; }

    /// <summary>Its transposed view.</summary>
    public Tensor Transposed { get; }

    public T* Memory { get; }

    public void Dispose()
    {
        Transposed.Dispose();
        Rows.Dispose();
    }
}
