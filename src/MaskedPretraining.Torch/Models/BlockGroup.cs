using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>A stack of equal transformer blocks.</summary>
internal sealed class BlockGroup
{
    private readonly TransformerBlock[] _blocks;

    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    /// <param name="prefix">Of the blocks' names, for example <c>blocks.</c></param>
    /// <param name="shape">Their shape.</param>
    public BlockGroup(ParameterArena parameters, string prefix, StackShape shape)
    {
        (Prefix, Shape) = (prefix, shape);
        _blocks = [.. Enumerable.Range(0, shape.Depth).Select(i => new TransformerBlock(parameters, $"{prefix}{i}.", shape))];
    }

    /// <summary>Of the blocks' names, for example <c>blocks.</c></summary>
    public string Prefix { get; }

    /// <summary>The blocks' shape.</summary>
    public StackShape Shape { get; }

    /// <summary>The last block, which attention maps are read from.</summary>
    public TransformerBlock Last => _blocks[^1];

    /// <summary>Declares the parameters of a stack.</summary>
    public static IEnumerable<ParameterSpec> Declare(string prefix, StackShape shape, InitializationScheme initialization, double? layerScale = null) =>
        Enumerable.Range(0, shape.Depth).SelectMany(i => TransformerBlock.Declare($"{prefix}{i}.", i + 1, shape, initialization, layerScale));

    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <returns><c>[B*n, D]</c>.</returns>
    public Tensor Forward(Tensor x, BlockConditions conditions) => Forward(x, conditions, _blocks.Length);

    /// <summary>All blocks but the last.</summary>
    /// <inheritdoc cref="Forward(Tensor, BlockConditions)"/>
    public Tensor ForwardToLast(Tensor x, BlockConditions conditions) => Forward(x, conditions, _blocks.Length - 1);

    /// <summary>All blocks, with what the last ones put out.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="conditions">What holds for all blocks. Stochastic depth leaves frozen blocks alone.</param>
    /// <param name="kept">Number of outputs wanted, from 1 to the number of blocks.</param>
    /// <param name="frozen">Blocks at the front that autograd does not record.</param>
    /// <returns>Outputs of the last blocks in their order, each <c>[B*n, D]</c>.</returns>
    public Tensor[] ForwardKeeping(Tensor x, BlockConditions conditions, int kept, int frozen = 0)
    {
        using var scope = NewDisposeScope();
        var outputs = new Tensor[kept];
        var y = x;
        for (int i = 0; i < _blocks.Length; i++)
        {
            y = ForwardOne(y, i, conditions, isFrozen: i < frozen);
            if (i >= _blocks.Length - kept)
            {
                outputs[i - (_blocks.Length - kept)] = y.MoveToOuterDisposeScope();
            }
        }

        return outputs;
    }

    /// <summary>The first blocks, not recorded and with nothing left out.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <param name="count">Number of blocks.</param>
    /// <returns><c>[B*n, D]</c>.</returns>
    public Tensor ForwardFrozen(Tensor x, BlockConditions conditions, int count)
    {
        using var frozen = no_grad();
        return Forward(x, conditions with { BranchScales = null }, count);
    }

    /// <summary>The last blocks, with what each puts out.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c> behind the block before them.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <param name="count">Number of blocks.</param>
    /// <returns><paramref name="x"/> and the blocks' outputs, each <c>[B*n, D]</c>, in the caller's scope.</returns>
    public List<Tensor> ForwardRest(Tensor x, BlockConditions conditions, int count)
    {
        var outputs = new List<Tensor> { x };
        for (int i = _blocks.Length - count; i < _blocks.Length; i++)
        {
            outputs.Add(_blocks[i].Forward(outputs[^1], i, conditions));
        }

        return outputs;
    }

    private Tensor ForwardOne(Tensor x, int number, BlockConditions conditions, bool isFrozen)
    {
        if (!isFrozen)
        {
            return _blocks[number].Forward(x, number, conditions);
        }

        using var frozen = no_grad();
        return _blocks[number].Forward(x, number, conditions with { BranchScales = null });
    }

    private Tensor Forward(Tensor x, BlockConditions conditions, int count)
    {
        using var scope = NewDisposeScope();
        var y = x.alias();
        for (int i = 0; i < count; i++)
        {
            y = _blocks[i].Forward(y, i, conditions);
        }

        return y.MoveToOuterDisposeScope();
    }
}
