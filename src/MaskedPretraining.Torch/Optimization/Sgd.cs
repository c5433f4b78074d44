using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>Stochastic gradient descent with momentum in PyTorch's form: <c>v = momentum v + g</c>, <c>w -= rate v</c>.</summary>
internal sealed class Sgd : IStepOptimizer
{
    private readonly ParameterArena _arena;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly Tensor _velocity;

    /// <param name="arena">The parameters; single precision only.</param>
    /// <param name="momentum">Share of the velocity kept a step.</param>
    /// <param name="weightDecay">Added to a matrix's gradient, times the weight; vectors have none.</param>
    public Sgd(ParameterArena arena, double momentum, double weightDecay)
    {
        (_arena, _momentum, _weightDecay) = (arena, momentum, weightDecay);
        using var frozen = no_grad();
        _velocity = zeros_like(arena.Values).DetachFromDisposeScope();
    }

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var slot in _arena.Slots.Where(slot => slot.Spec.Shape.Length >= 2))
        {
            ParameterArena.View(_arena.Gradients, slot).add_(ParameterArena.View(_arena.Values, slot), _weightDecay);
        }

        _velocity.mul_(_momentum).add_(_arena.Gradients);
        _arena.Values.add_(_velocity, -learningRate);
        _arena.ZeroGradients();
    }

    public void Dispose() => _velocity.Dispose();
}
