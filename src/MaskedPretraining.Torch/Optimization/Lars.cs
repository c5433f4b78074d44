using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// LARS (You et al. 2017) as MAE's linear probe uses it: a matrix's gradient is scaled by <c>trust |w| / |g|</c>, vectors go unscaled; then plain momentum.
/// </summary>
internal sealed class Lars : IStepOptimizer
{
    private readonly ParameterArena _arena;
    private readonly double _momentum;
    private readonly double _trust;
    private readonly double _weightDecay;
    private readonly Tensor _velocity;

    /// <param name="arena">The parameters; single precision only.</param>
    /// <param name="momentum">Share of the velocity kept a step.</param>
    /// <param name="trust">Length of a matrix's step relative to its norm, before the learning rate.</param>
    /// <param name="weightDecay">Added to a matrix's gradient, times the weight.</param>
    public Lars(ParameterArena arena, double momentum, double trust, double weightDecay)
    {
        (_arena, _momentum, _trust, _weightDecay) = (arena, momentum, trust, weightDecay);
        using var frozen = no_grad();
        _velocity = zeros_like(arena.Values).DetachFromDisposeScope();
    }

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var slot in _arena.Slots.Where(slot => slot.Spec.Shape.Length >= 2))
        {
            var weight = ParameterArena.View(_arena.Values, slot);
            var gradient = ParameterArena.View(_arena.Gradients, slot);
            gradient.add_(weight, _weightDecay);
            // Stays on the device: no read-back a step. A zero norm means no scaling.
            var norms = weight.norm().mul(gradient.norm());
            var ratio = weight.norm().mul_(_trust).div_(gradient.norm());
            gradient.mul_(where(norms.gt(0), ratio, ones_like(norms)));
        }

        _velocity.mul_(_momentum).add_(_arena.Gradients);
        _arena.Values.add_(_velocity, -learningRate);
        _arena.ZeroGradients();
    }

    public void Dispose() => _velocity.Dispose();
}
