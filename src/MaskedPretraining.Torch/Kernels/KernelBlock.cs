using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>One block of a <see cref="BlockStack{T, TElement}"/>: <c>y = x + Attention(LayerNorm(x))</c>, <c>z = y + MLP(LayerNorm(y))</c>, and the way back.</summary>
/// <remarks>With stochastic depth, what enters the product that ends a branch is multiplied by the image's factor, and so is that layer's bias.</remarks>
internal sealed unsafe class KernelBlock<T, TElement> : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private const int AttentionBranch = 0;
    private const int MlpBranch = 1;
    private readonly int _number;
    private readonly int _width;
    private readonly int _hidden;
    private readonly float _epsilon;
    private readonly LayerProducts<T> _products;
    private readonly BlockParameters<T> _norm1;
    private readonly BlockParameters<T> _qkv;
    private readonly BlockParameters<T> _proj;
    private readonly BlockParameters<T> _norm2;
    private readonly BlockParameters<T> _fc1;
    private readonly BlockParameters<T> _fc2;
    private readonly LayerScaleFold<T>? _attentionScale;
    private readonly LayerScaleFold<T>? _mlpScale;

    /// <param name="parameters">The model's parameters, with gradients.</param>
    /// <param name="stack">Prefix of all blocks' names.</param>
    /// <param name="number">The block's number, from 0.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="products">Multiplies.</param>
    public KernelBlock(ParameterArena parameters, string stack, int number, StackShape shape, LayerProducts<T> products)
    {
        (_number, _width, _hidden, _epsilon, _products) = (number, shape.Width, shape.Hidden, (float)shape.Epsilon, products);
        string prefix = $"{stack}{number}.";
        _norm1 = BlockParameters<T>.Of(parameters, $"{prefix}norm1");
        _qkv = BlockParameters<T>.Of(parameters, $"{prefix}attn.qkv");
        _attentionScale = shape.LayerScale == LayerScaleBranches.Both ? new(parameters, $"{prefix}attn.proj", $"{prefix}gamma_1") : null;
        _proj = _attentionScale?.Layer ?? BlockParameters<T>.Of(parameters, $"{prefix}attn.proj");
        _norm2 = BlockParameters<T>.Of(parameters, $"{prefix}norm2");
        _fc1 = BlockParameters<T>.Of(parameters, $"{prefix}mlp.fc1");
        _mlpScale = shape.LayerScale == LayerScaleBranches.None ? null : new(parameters, $"{prefix}mlp.fc2", $"{prefix}gamma_2");
        _fc2 = _mlpScale?.Layer ?? BlockParameters<T>.Of(parameters, $"{prefix}mlp.fc2");
    }

    /// <param name="x">The block's input; may be the output in <paramref name="a"/>.</param>
    /// <param name="a">Filled; the block's output is among it.</param>
    /// <param name="buffers">Of the stack.</param>
    public void Forward(RowBuffer<float> x, BlockActivations<T> a, StackBuffers<T, TElement> buffers)
    {
        int rows = buffers.RowCount;
        _attentionScale?.Fold();
        _mlpScale?.Fold();
        RowKernels<T, TElement>.Normalize(x.Memory, _norm1.WeightMemory, _norm1.BiasMemory, _epsilon, a.Normalized1.Memory, a.Statistics1.Memory, rows, _width);
        // A product adds to what its target holds: the bias, or input and bias.
        RowKernels<T, TElement>.AddBias(null, _qkv.BiasMemory, a.QueryKeyValue.Memory, rows, 3 * _width);
        _products.Forward(a.Normalized1, _qkv, a.QueryKeyValue);
        buffers.Attention.Forward(a.QueryKeyValue.Memory, a.Probabilities.Memory, a.Attended.Memory, buffers.Batch, buffers.LogitBias);
        EnterProduct(x, a.Attended, _proj, a.Middle, _width, AttentionBranch, buffers);
        _products.Forward(a.Attended, _proj, a.Middle);

        RowKernels<T, TElement>.Normalize(a.Middle.Memory, _norm2.WeightMemory, _norm2.BiasMemory, _epsilon, a.Normalized2.Memory, a.Statistics2.Memory, rows, _width);
        // In single precision the derivative may take the place of what it is made of.
        var hidden = a.Slope as RowBuffer<float> ?? buffers.Hidden;
        _products.Forward(a.Normalized2, _fc1, hidden, adds: false);
        RowKernels<T, TElement>.Gelu(hidden.Memory, _fc1.BiasMemory, a.Slope.Memory, a.Activated.Memory, rows, _hidden);
        EnterProduct(a.Middle, a.Activated, _fc2, a.Output, _hidden, MlpBranch, buffers);
        _products.Forward(a.Activated, _fc2, a.Output);
    }

    /// <summary>Turns the gradient of the output, in <see cref="StackBuffers{T, TElement}.Gradient"/>, into that of the input and adds those of the parameters.</summary>
    /// <param name="x">The block's input.</param>
    /// <param name="a">As filled by <see cref="Forward"/>.</param>
    /// <param name="buffers">Of the stack.</param>
    public void Backward(RowBuffer<float> x, BlockActivations<T> a, StackBuffers<T, TElement> buffers)
    {
        int rows = buffers.RowCount;
        var (residual, narrow, wide, hidden, roundedHidden) = (buffers.RoundedGradient, buffers.NarrowGradient, buffers.WideGradient, buffers.Hidden, buffers.RoundedHidden);

        Round(buffers);
        AddBiasGradient(residual, _fc2, _width, MlpBranch, buffers);
        _products.AddWeightGradient(residual, a.Activated, _fc2);
        _products.Backward(residual, _fc2, hidden);
        ScaleGradients(hidden, _hidden, MlpBranch, buffers);
        Clear(buffers, _hidden);
        RowKernels<T, TElement>.GeluBackward(hidden.Memory, a.Slope.Memory, roundedHidden.Memory, buffers.Sums.Memory, rows, _hidden);
        RowKernels<T, TElement>.Add(buffers.Sums.Memory, _fc1.BiasGradientMemory, _hidden);
        _products.AddWeightGradient(roundedHidden, a.Normalized2, _fc1);
        _products.Backward(roundedHidden, _fc1, narrow);
        NormalizeBackward(narrow, a.Middle, a.Statistics2, _norm2, buffers);

        Round(buffers);
        AddBiasGradient(residual, _proj, _width, AttentionBranch, buffers);
        _products.AddWeightGradient(residual, a.Attended, _proj);
        _products.Backward(residual, _proj, narrow);
        ScaleGradients(narrow, _width, AttentionBranch, buffers);
        buffers.Attention.Backward(narrow.Memory, a.QueryKeyValue.Memory, a.Probabilities.Memory, wide.Memory, buffers.Batch, buffers.LogitBias);
        AddBiasGradient(wide, _qkv, 3 * _width, null, buffers);
        _products.AddWeightGradient(wide, a.Normalized1, _qkv);
        _products.Backward(wide, _qkv, narrow);
        NormalizeBackward(narrow, x, a.Statistics1, _norm1, buffers);
        _attentionScale?.MoveGradients();
        _mlpScale?.MoveGradients();
    }

    public void Dispose()
    {
        foreach (var layer in new[] { _norm1, _qkv, _proj, _norm2, _fc1, _fc2 })
        {
            layer.Dispose();
        }

        _attentionScale?.Dispose();
        _mlpScale?.Dispose();
    }

    // Fills the target of the product that ends a branch with input and bias, and scales what enters the product.
    private void EnterProduct(RowBuffer<float> input, RowBuffer<T> factor, BlockParameters<T> layer, RowBuffer<float> target, int factorWidth, int branch, StackBuffers<T, TElement> buffers)
    {
        ScaleImages(factor, factorWidth, branch, buffers);
        ForEachImage(branch, buffers, (first, rows, scale) =>
            RowKernels<T, TElement>.AddBias(input.Memory + ((long)first * _width), layer.BiasMemory, target.Memory + ((long)first * _width), rows, _width, scale));
    }

    private void ScaleImages(RowBuffer<T> factor, int width, int branch, StackBuffers<T, TElement> buffers)
    {
        if (!buffers.BranchScales.IsEmpty)
        {
            ForEachImage(branch, buffers, (first, rows, scale) => RowKernels<T, TElement>.Scale(factor.Memory + ((long)first * width), rows, width, scale));
        }
    }

    private void ScaleGradients(RowBuffer<float> gradient, int width, int branch, StackBuffers<T, TElement> buffers)
    {
        if (!buffers.BranchScales.IsEmpty)
        {
            ForEachImage(branch, buffers, (first, rows, scale) => RowKernels<float, SingleElement>.Scale(gradient.Memory + ((long)first * width), rows, width, scale));
        }
    }

    private static void Round(StackBuffers<T, TElement> buffers)
    {
        if (!ReferenceEquals(buffers.Gradient, buffers.RoundedGradient))
        {
            RowKernels<T, TElement>.Round(buffers.Gradient.Memory, buffers.RoundedGradient.Memory, buffers.Gradient.RowCount * buffers.Gradient.Width);
        }
    }

    private void AddBiasGradient(RowBuffer<T> gradient, BlockParameters<T> layer, int width, int? branch, StackBuffers<T, TElement> buffers)
    {
        Clear(buffers, width);
        ForEachImage(branch, buffers, (first, rows, scale) => RowKernels<T, TElement>.SumRows(gradient.Memory + ((long)first * width), buffers.Sums.Memory, rows, width, scale));
        RowKernels<T, TElement>.Add(buffers.Sums.Memory, layer.BiasGradientMemory, width);
    }

    // First row, rows and factor of each image; all rows at once where nothing is scaled.
    private void ForEachImage(int? branch, StackBuffers<T, TElement> buffers, Action<int, int, float> action)
    {
        if (branch is not { } number || buffers.BranchScales.IsEmpty)
        {
            action(0, buffers.RowCount, 1);
            return;
        }

        int rows = buffers.RowCount / buffers.Batch;
        for (int image = 0; image < buffers.Batch; image++)
        {
            action(image * rows, rows, buffers.BranchScales.Of(image, (2 * _number) + number));
        }
    }

    private void NormalizeBackward(RowBuffer<float> gradient, RowBuffer<float> x, RowBuffer<float> statistics, BlockParameters<T> norm, StackBuffers<T, TElement> buffers)
    {
        Clear(buffers, 2 * _width);
        float* scaleSums = buffers.Sums.Memory, shiftSums = scaleSums + _width;
        RowKernels<T, TElement>.NormalizeBackward(gradient.Memory, x.Memory, statistics.Memory, norm.WeightMemory, buffers.Gradient.Memory, scaleSums, shiftSums, buffers.RowCount, _width);
        RowKernels<T, TElement>.Add(scaleSums, norm.WeightGradientMemory, _width);
        RowKernels<T, TElement>.Add(shiftSums, norm.BiasGradientMemory, _width);
    }

    private static void Clear(StackBuffers<T, TElement> buffers, int count) => new Span<float>(buffers.Sums.Memory, count).Clear();
}
