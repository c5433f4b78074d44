using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Products by libtorch: with the BLAS that it is linked to in single precision. Products of bfloat16 are rounded to bfloat16 before they become single precision.</summary>
internal sealed class TorchProducts<T> : LayerProducts<T>
    where T : unmanaged
{
    protected override void MultiplyTransposed(RowBuffer<T> x, BlockParameters<T> layer, RowBuffer<float> y, bool adds) => Put(x.Rows, layer.TransposedWeight, y.Rows, adds);

    protected override void Multiply(RowBuffer<T> gradient, BlockParameters<T> layer, RowBuffer<float> inputGradient) => Put(gradient.Rows, layer.Weight, inputGradient.Rows, adds: false);

    protected override void AddProduct(RowBuffer<T> gradient, RowBuffer<T> x, BlockParameters<T> layer) => layer.WeightGradient.addmm_(gradient.Transposed, x.Rows);

    private static void Put(Tensor left, Tensor right, Tensor target, bool adds)
    {
        if (typeof(T) == typeof(float))
        {
            target.addmm_(left, right, beta: adds ? 1 : 0);
            return;
        }

        using var product = left.mm(right);
        if (adds)
        {
            target.add_(product);
        }
        else
        {
            target.copy_(product);
        }
    }
}
