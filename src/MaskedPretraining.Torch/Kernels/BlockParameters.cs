using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>One layer's weight and bias, outside of autograd: the tensors that products take and the memory that kernels sweep over.</summary>
internal sealed unsafe class BlockParameters<T> : IDisposable
    where T : unmanaged
{
    /// <param name="weight">Of the layer; whoever gives it keeps the memory, as of the others.</param>
    /// <param name="bias">Of the layer.</param>
    /// <param name="weightGradient">Added to; null if the parameters are constants.</param>
    /// <param name="biasGradient">As <paramref name="weightGradient"/>.</param>
    public BlockParameters(Tensor weight, Tensor bias, Tensor? weightGradient, Tensor? biasGradient)
    {
        using var scope = NewDisposeScope();
        Weight = weight.detach().DetachFromDisposeScope();
        TransposedWeight = Weight.ndim == 2 ? Weight.t().DetachFromDisposeScope() : null!;
        WeightMemory = (T*)TensorMemory.AddressOf(Weight.view(-1));
        BiasMemory = (T*)TensorMemory.AddressOf(bias.detach());
        if (weightGradient is not null)
        {
            WeightGradient = weightGradient.detach().DetachFromDisposeScope();
            WeightGradientMemory = (T*)TensorMemory.AddressOf(WeightGradient.view(-1));
            BiasGradientMemory = (T*)TensorMemory.AddressOf(biasGradient!);
        }
    }

    public Tensor Weight { get; }

    /// <summary>The transposed view of a matrix.</summary>
    public Tensor TransposedWeight { get; }

    /// <summary>Missing, as all gradients are, if the parameters are constants: there is no way back then.</summary>
    public Tensor WeightGradient { get; } = null!;

    public T* WeightMemory { get; }

    public T* WeightGradientMemory { get; }

    public T* BiasMemory { get; }

    public T* BiasGradientMemory { get; }

    /// <param name="parameters">The model's parameters; they keep the memory.</param>
    /// <param name="layer">Name without <c>.weight</c> and <c>.bias</c>.</param>
    public static BlockParameters<T> Of(ParameterArena parameters, string layer)
    {
        using var scope = NewDisposeScope();
        Tensor weight = parameters[$"{layer}.weight"], bias = parameters[$"{layer}.bias"];
        return new(weight, bias, weight.grad, bias.grad);
    }

    public void Dispose()
    {
        Weight.Dispose();
        WeightGradient?.Dispose();
        TransposedWeight?.Dispose();
    }
}
