using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <inheritdoc cref="IBlockStack"/>
/// <remarks>
/// The same function as <see cref="Models.TransformerBlock"/>. Products go into buffers that live from step to step (<see cref="LayerProducts{T}"/>); what lies between them are single sweeps
/// (<see cref="RowKernels{T, TElement}"/>, <see cref="AttentionKernel{T, TElement}"/>), so that no activation is read more often than it must. One thread at a time.
/// </remarks>
internal sealed class BlockStack<T, TElement> : IBlockStack
    where T : unmanaged
    where TElement : IElement<T>
{
    // Parts of a batch differ by one image at most.
    private const int SizesKept = 2;
    private readonly StackShape _shape;
    private readonly ScalarType _type;
    private readonly bool _isForwardOnly;
    private readonly LayerProducts<T> _products;
    private readonly KernelBlock<T, TElement>[] _blocks;
    private readonly List<StackBuffers<T, TElement>> _allBuffers = [];
    private StackBuffers<T, TElement>? _buffers;

    public BlockStack(ParameterArena parameters, string prefix, StackShape shape, int first, LayerProducts<T> products, bool isForwardOnly = false)
    {
        (_shape, _type, _isForwardOnly, _products) = (shape with { Depth = shape.Depth - first }, parameters.ComputeValues.dtype, isForwardOnly, products);
        _blocks = [.. Enumerable.Range(first, _shape.Depth).Select(i => new KernelBlock<T, TElement>(parameters, prefix, i, shape, products))];
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, long batch, BranchScales branchScales, Tensor? logitBias)
    {
        using var frozen = no_grad();
        _buffers = BuffersFor((int)x.shape[0], (int)batch);
        _buffers.BranchScales = branchScales;
        using var bias = logitBias?.detach().to(ScalarType.Float32).contiguous();
        _buffers.LogitBias = LogitBias.In(bias);
        _buffers.Input.Rows.copy_(x);
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i].Forward(_buffers.InputOf(i), _buffers.Blocks[i], _buffers);
        }

        return _buffers.InputOf(_blocks.Length).Rows.to(_type).detach().requires_grad_();
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor gradient, Tensor? logitBiasGradient)
    {
        using var frozen = no_grad();
        var buffers = (_isForwardOnly ? null : _buffers) ?? throw new InvalidOperationException("There is no forward pass to go back through.");
        buffers.LogitBias = LogitBias.In(logitBiasGradient);
        buffers.Gradient.Rows.copy_(gradient);
        for (int i = _blocks.Length - 1; i >= 0; i--)
        {
            _blocks[i].Backward(buffers.InputOf(i), buffers.Blocks[i], buffers);
        }

        return buffers.Gradient.Rows.to(_type).alias();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffers in _allBuffers)
        {
            buffers.Dispose();
        }

        foreach (var block in _blocks)
        {
            block.Dispose();
        }

        _products.Dispose();
    }

    private StackBuffers<T, TElement> BuffersFor(int rows, int batch)
    {
        var found = _allBuffers.Find(buffers => buffers.Fits(rows, batch));
        if (found is null)
        {
            // Images with another number of tokens come with another epoch; the old ones do not come back soon.
            foreach (var old in _allBuffers.FindAll(buffers => buffers.RowCount / buffers.Batch != rows / batch))
            {
                old.Dispose();
                _allBuffers.Remove(old);
            }

            if (_allBuffers.Count == SizesKept)
            {
                _allBuffers[0].Dispose();
                _allBuffers.RemoveAt(0);
            }

            _allBuffers.Add(found = new StackBuffers<T, TElement>(_shape, rows, batch, _type, _isForwardOnly));
        }

        return found;
    }
}
