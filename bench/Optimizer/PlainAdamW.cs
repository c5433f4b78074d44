using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Optimizer;

/// <summary>The baseline: AdamW (Loshchilov and Hutter 2019) as a loop over parameters, each step a handful of tensor operations a parameter.</summary>
internal sealed class PlainAdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.95;
    private const double Decay = 0.05;
    private const double Epsilon = 1e-8;
    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly List<(Tensor First, Tensor Second)> _moments;
    private int _steps;

    /// <param name="parameters">Leaves of autograd; matrices decay.</param>
    public PlainAdamW(IReadOnlyList<Tensor> parameters)
    {
        _parameters = parameters;
        _moments = [.. parameters.Select(parameter => (zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope()))];
    }

    /// <summary>Moves every parameter by its gradient.</summary>
    public void Step(double rate)
    {
        using var frozen = no_grad();
        _steps++;
        double correction1 = 1 - Math.Pow(Beta1, _steps), correction2 = 1 - Math.Pow(Beta2, _steps);
        for (int i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (parameter, (first, second)) = (_parameters[i], _moments[i]);
            var gradient = parameter.grad!;
            parameter.mul_(1 - (rate * (parameter.ndim > 1 ? Decay : 0)));
            first.mul_(Beta1).add_(gradient, 1 - Beta1);
            second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var denominator = second.sqrt().div_(Math.Sqrt(correction2)).add_(Epsilon);
            parameter.addcdiv_(first, denominator, -rate / correction1);
        }
    }

    /// <summary>Clears the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad?.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var (first, second) in _moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
