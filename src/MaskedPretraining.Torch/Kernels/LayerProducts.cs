using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>The three products of a linear layer <c>y = x W^T + b</c>, in place.</summary>
internal static class LayerProducts<T>
    where T : unmanaged
{
    /// <summary><c>y = beta y + x W^T</c>.</summary>
    public static void Forward(RowBuffer<T> x, BlockParameters<T> layer, RowBuffer<T> y, float beta = 1)
    {
        using var stage = StageClock.Time(StepStage.Products);
        y.Rows.addmm_(x.Rows, layer.TurnedWeight, beta);
    }

    /// <summary>From the gradient of y to that of x: <c>dx = dy W</c>.</summary>
    public static void Backward(RowBuffer<T> gradient, BlockParameters<T> layer, RowBuffer<T> inputGradient)
    {
        using var stage = StageClock.Time(StepStage.Products);
        inputGradient.Rows.addmm_(gradient.Rows, layer.Weight, beta: 0);
    }

    /// <summary>Adds to the gradient of W: <c>dW += dy^T x</c>.</summary>
    public static void AddWeightGradient(RowBuffer<T> gradient, RowBuffer<T> x, BlockParameters<T> layer)
    {
        using var stage = StageClock.Time(StepStage.Products);
        layer.WeightGradient.addmm_(gradient.Turned, x.Rows);
    }
}
