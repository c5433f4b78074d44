using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>
/// The three products of a linear layer <c>y = x W^T + b</c>, in place and with nothing between them: rows times weights, gradients times weights, gradients times rows. Whatever their factors are, sums are single
/// precision. One thread at a time.
/// </summary>
internal abstract class LayerProducts<T> : IDisposable
    where T : unmanaged
{
    /// <summary><c>y += x W^T</c>, or without the sum.</summary>
    /// <param name="x"><c>[rows, inputs]</c>.</param>
    /// <param name="layer">Has W, <c>[outputs, inputs]</c>.</param>
    /// <param name="y"><c>[rows, outputs]</c>.</param>
    /// <param name="adds">Whether to what y holds.</param>
    public void Forward(RowBuffer<T> x, BlockParameters<T> layer, RowBuffer<float> y, bool adds = true)
    {
        using var stage = StageClock.Time(StepStage.Products);
        MultiplyTransposed(x, layer, y, adds);
    }

    /// <summary>From the gradient of y to that of x: <c>dx = dy W</c>.</summary>
    /// <param name="gradient">Of y, <c>[rows, outputs]</c>.</param>
    /// <param name="layer">Has W.</param>
    /// <param name="inputGradient"><c>[rows, inputs]</c>.</param>
    public void Backward(RowBuffer<T> gradient, BlockParameters<T> layer, RowBuffer<float> inputGradient)
    {
        using var stage = StageClock.Time(StepStage.Products);
        Multiply(gradient, layer, inputGradient);
    }

    /// <summary>Adds the gradient of W: <c>dW += dy^T x</c>.</summary>
    /// <param name="gradient">Of y, <c>[rows, outputs]</c>.</param>
    /// <param name="x"><c>[rows, inputs]</c>.</param>
    /// <param name="layer">Has dW.</param>
    public void AddWeightGradient(RowBuffer<T> gradient, RowBuffer<T> x, BlockParameters<T> layer)
    {
        using var stage = StageClock.Time(StepStage.Products);
        AddProduct(gradient, x, layer);
    }

    public virtual void Dispose()
    {
    }

    protected abstract void MultiplyTransposed(RowBuffer<T> x, BlockParameters<T> layer, RowBuffer<float> y, bool adds);

    protected abstract void Multiply(RowBuffer<T> gradient, BlockParameters<T> layer, RowBuffer<float> inputGradient);

    protected abstract void AddProduct(RowBuffer<T> gradient, RowBuffer<T> x, BlockParameters<T> layer);
}
