using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>
/// LayerScale (Touvron et al. 2021) within the layer that ends a branch: <c>g (W x + b) = (g W) x + g b</c>, so that rows pass a plain <see cref="Layer"/>. With the gradients G of its weight and h of its bias,
/// those of W, b and g are <c>g G</c>, <c>g h</c> and <c>sum(W G) + b h</c>, a sum a row.
/// </summary>
internal sealed class LayerScaleFold<T> : IDisposable
    where T : unmanaged
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _scale;
    private readonly Tensor _scaleColumn;
    private readonly (Tensor Weight, Tensor Bias, Tensor Scale)? _gradients;
    private readonly (Tensor Weight, Tensor Bias)? _foldedGradients;
    private readonly Tensor _foldedWeight;
    private readonly Tensor _foldedBias;

    /// <param name="parameters">The model's parameters.</param>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="scale">Name of g, <c>[outputs]</c>.</param>
    public LayerScaleFold(ParameterArena parameters, string layer, string scale)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor weight = parameters[$"{layer}.weight"], bias = parameters[$"{layer}.bias"], factors = parameters[scale];
        (_weight, _bias, _scale) = (Keep(weight.detach()), Keep(bias.detach()), Keep(factors.detach()));
        _scaleColumn = Keep(_scale.unsqueeze(1));
        (_foldedWeight, _foldedBias) = (Keep(zeros_like(_weight)), Keep(zeros_like(_bias)));
        if (weight.grad is { } gradient)
        {
            _gradients = (Keep(gradient.alias()), Keep(bias.grad!.alias()), Keep(factors.grad!.alias()));
            _foldedGradients = (Keep(zeros_like(_weight)), Keep(zeros_like(_bias)));
        }

        Layer = new BlockParameters<T>(_foldedWeight, _foldedBias, _foldedGradients?.Weight, _foldedGradients?.Bias);
    }

    /// <summary>Weight <c>g W</c> and bias <c>g b</c>, with gradients of their own.</summary>
    public BlockParameters<T> Layer { get; }

    /// <summary>Takes over the parameters as they are now.</summary>
    public void Fold()
    {
        _foldedWeight.copy_(_weight).mul_(_scaleColumn);
        _foldedBias.copy_(_bias).mul_(_scale);
    }

    /// <summary>Moves the gradients of <see cref="Layer"/> to where those of the parameters are.</summary>
    public void MoveGradients()
    {
        using var scope = NewDisposeScope();
        var (gradients, folded) = (_gradients!.Value, _foldedGradients!.Value);
        gradients.Scale.add_(_weight.mul(folded.Weight).sum(1).add_(_bias.mul(folded.Bias)));
        gradients.Weight.add_(folded.Weight.mul_(_scaleColumn));
        gradients.Bias.add_(folded.Bias.mul_(_scale));
        folded.Weight.zero_();
        folded.Bias.zero_();
    }

    public void Dispose()
    {
        Layer.Dispose();
        foreach (var tensor in new[] { _weight, _bias, _scale, _scaleColumn, _foldedWeight, _foldedBias, _gradients?.Weight, _gradients?.Bias, _gradients?.Scale, _foldedGradients?.Weight, _foldedGradients?.Bias })
        {
            tensor?.Dispose();
        }
    }

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();
}
