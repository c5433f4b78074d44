using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>What the backward pass of one block needs of its forward pass. What enters a product has the type of its factors; what comes out, the sum that runs through the blocks among it, is single precision.</summary>
internal sealed class BlockActivations<T> : IDisposable
    where T : unmanaged
{
    /// <param name="shape">Of the stack.</param>
    /// <param name="rows">B*n.</param>
    /// <param name="probabilities">Attention probabilities in all.</param>
    /// <param name="type">Of what products take.</param>
    public BlockActivations(StackShape shape, int rows, long probabilities, ScalarType type)
    {
        Normalized1 = new(rows, shape.Width, type);
        QueryKeyValue = new(rows, 3 * shape.Width, ScalarType.Float32);
        Probabilities = new(1, probabilities, ScalarType.Float32);
        Attended = new(rows, shape.Width, type);
        Middle = new(rows, shape.Width, ScalarType.Float32);
        Normalized2 = new(rows, shape.Width, type);
        Slope = new(rows, shape.Hidden, type);
        Activated = new(rows, shape.Hidden, type);
        Output = new(rows, shape.Width, ScalarType.Float32);
        Statistics1 = new(rows, 2, ScalarType.Float32);
        Statistics2 = new(rows, 2, ScalarType.Float32);
    }

    /// <summary>After the first normalisation, <c>[B*n, D]</c>.</summary>
    public RowBuffer<T> Normalized1 { get; }

    /// <summary><c>[q | k | v]</c>, <c>[B*n, 3D]</c>.</summary>
    public RowBuffer<float> QueryKeyValue { get; }

    /// <summary>Attention, an image and head after the other.</summary>
    public RowBuffer<float> Probabilities { get; }

    /// <summary>Heads side by side, <c>[B*n, D]</c>.</summary>
    public RowBuffer<T> Attended { get; }

    /// <summary>Between attention and MLP, <c>[B*n, D]</c>.</summary>
    public RowBuffer<float> Middle { get; }

    /// <summary>After the second normalisation, <c>[B*n, D]</c>.</summary>
    public RowBuffer<T> Normalized2 { get; }

    /// <summary>GELU's derivative at the MLP's hidden layer, <c>[B*n, 4D]</c>.</summary>
    public RowBuffer<T> Slope { get; }

    /// <summary>GELU, <c>[B*n, 4D]</c>.</summary>
    public RowBuffer<T> Activated { get; }

    /// <summary>The next block's input, <c>[B*n, D]</c>.</summary>
    public RowBuffer<float> Output { get; }

    /// <summary>Mean and 1 / deviation of each row.</summary>
    public RowBuffer<float> Statistics1 { get; }

    /// <inheritdoc cref="Statistics1"/>
    public RowBuffer<float> Statistics2 { get; }

    public void Dispose()
    {
        foreach (var buffer in new IDisposable[] { Normalized1, QueryKeyValue, Probabilities, Attended, Middle, Normalized2, Slope, Activated, Output, Statistics1, Statistics2 })
        {
            buffer.Dispose();
        }
    }
}
