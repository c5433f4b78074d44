using System.Runtime.InteropServices;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Products by oneDNN's functions for them, past libtorch.</summary>
/// <remarks>A product of bfloat16 comes in single precision; only the gradient of a weight is rounded, when it is added to the others.</remarks>
internal sealed unsafe class OneDnnProducts<T, TElement> : LayerProducts<T>
    where T : unmanaged
    where TElement : IElement<T>
{
    private float* _scratch;
    private long _scratchLength;

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_scratch);
        base.Dispose();
    }

    protected override void MultiplyTransposed(RowBuffer<T> x, BlockParameters<T> layer, RowBuffer<float> y, bool adds) =>
        OneDnn.Multiply(transposesLeft: false, transposesRight: true, x.RowCount, y.Width, x.Width, x.Memory, layer.WeightMemory, adds, y.Memory);

    protected override void Multiply(RowBuffer<T> gradient, BlockParameters<T> layer, RowBuffer<float> inputGradient) =>
        OneDnn.Multiply(transposesLeft: false, transposesRight: false, gradient.RowCount, inputGradient.Width, gradient.Width, gradient.Memory, layer.WeightMemory, adds: false, inputGradient.Memory);

    protected override void AddProduct(RowBuffer<T> gradient, RowBuffer<T> x, BlockParameters<T> layer)
    {
        if (typeof(T) == typeof(float))
        {
            OneDnn.Multiply(transposesLeft: true, transposesRight: false, gradient.Width, x.Width, x.RowCount, gradient.Memory, x.Memory, adds: true, (float*)layer.WeightGradientMemory);
            return;
        }

        long length = gradient.Width * x.Width;
        if (_scratchLength < length)
        {
            NativeMemory.AlignedFree(_scratch);
            _scratch = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
            _scratchLength = length;
        }

        OneDnn.Multiply(transposesLeft: true, transposesRight: false, gradient.Width, x.Width, x.RowCount, gradient.Memory, x.Memory, adds: false, _scratch);
        RowKernels<T, TElement>.Add(_scratch, layer.WeightGradientMemory, length);
    }
}
