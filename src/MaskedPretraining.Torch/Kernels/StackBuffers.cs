using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>All memory of a stack for batches of one size: activations a block, and what the backward pass uses anew in each.</summary>
internal sealed class StackBuffers<T, TElement> : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <param name="shape">Of the stack.</param>
    /// <param name="rows">B*n.</param>
    /// <param name="batch">B.</param>
    /// <param name="type">Of what products take.</param>
    /// <param name="isForwardOnly">Whether blocks share their activations; memory for the backward pass is then never touched.</param>
    public StackBuffers(StackShape shape, int rows, int batch, ScalarType type, bool isForwardOnly = false)
    {
        (RowCount, Batch) = (rows, batch);
        Attention = new AttentionKernel<T, TElement>(rows / batch, shape.Heads, shape.Width / shape.Heads);
        Input = new(rows, shape.Width, ScalarType.Float32);
        Func<BlockActivations<T>> activations = () => new(shape, rows, batch * Attention.ProbabilitiesPerImage, type);
        Blocks = isForwardOnly ? [.. Enumerable.Repeat(activations(), shape.Depth)] : [.. Enumerable.Range(0, shape.Depth).Select(_ => activations())];
        Gradient = new(rows, shape.Width, ScalarType.Float32);
        NarrowGradient = new(rows, shape.Width, ScalarType.Float32);
        WideGradient = new(rows, 3 * shape.Width, type);
        Hidden = new(rows, shape.Hidden, ScalarType.Float32);
        RoundedGradient = Gradient as RowBuffer<T> ?? new(rows, shape.Width, type);
        RoundedHidden = Hidden as RowBuffer<T> ?? new(rows, shape.Hidden, type);
        Sums = new(2, Math.Max(3 * shape.Width, shape.Hidden), ScalarType.Float32);
    }

    public int RowCount { get; }

    public int Batch { get; }

    /// <summary>Stochastic depth of the batch at hand.</summary>
    public BranchScales BranchScales { get; set; }

    /// <summary>The bias of the attention logits of the batch at hand; on the way back its gradient.</summary>
    public LogitBias LogitBias { get; set; }

    public AttentionKernel<T, TElement> Attention { get; }

    public RowBuffer<float> Input { get; }

    public BlockActivations<T>[] Blocks { get; }

    /// <summary>Of the residual stream, <c>[B*n, D]</c>; every block adds its part.</summary>
    public RowBuffer<float> Gradient { get; }

    /// <summary><see cref="Gradient"/> as products take it; the same memory if they take single precision.</summary>
    public RowBuffer<T> RoundedGradient { get; }

    /// <summary><c>[B*n, D]</c>.</summary>
    public RowBuffer<float> NarrowGradient { get; }

    /// <summary><c>[B*n, 3D]</c>.</summary>
    public RowBuffer<T> WideGradient { get; }

    /// <summary>The MLP's hidden layer, or its gradient, <c>[B*n, 4D]</c>.</summary>
    public RowBuffer<float> Hidden { get; }

    /// <summary>As <see cref="RoundedGradient"/>.</summary>
    public RowBuffer<T> RoundedHidden { get; }

    /// <summary>Two rows of sums.</summary>
    public RowBuffer<float> Sums { get; }

    public bool Fits(int rows, int batch) => rows == RowCount && batch == Batch;

    public RowBuffer<float> InputOf(int block) => block == 0 ? Input : Blocks[block - 1].Output;

    public void Dispose()
    {
        foreach (var buffer in new IDisposable[] { Attention, Input, Gradient, RoundedGradient, NarrowGradient, WideGradient, Hidden, RoundedHidden, Sums })
        {
            buffer.Dispose();
        }

        foreach (var block in Blocks.Distinct())
        {
            block.Dispose();
        }
    }
}
