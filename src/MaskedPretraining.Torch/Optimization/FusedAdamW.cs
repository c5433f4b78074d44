using MaskedPretraining.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// libtorch's AdamW as one operation: it reads each value once and writes it once, where tensor operations take a dozen passes. TorchSharp has no member for it, TorchScript knows it.
/// </summary>
internal sealed class FusedAdamW : IDisposable
{
    /// <summary>TorchScript, which has to end with a line break: an error in it would end the process.</summary>
    internal const string Script = """
        def step(values: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], count: List[Tensor],
                 rate: float, beta1: float, beta2: float, decay: float, epsilon: float, divisor: Optional[Tensor], skips: Optional[Tensor]):
            torch._fused_adamw_(values, gradients, first, second, [], count, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon,
                                amsgrad=False, maximize=False, grad_scale=divisor, found_inf=skips)
            return values[0]

        """;

    private readonly jit.CompilationUnit _script = jit.compile(Script);
    private readonly Tensor _count;

    /// <param name="device">Where the parameters lie.</param>
    public FusedAdamW(Device device) => _count = zeros(Array.Empty<long>(), ScalarType.Float32, device).DetachFromDisposeScope();

    /// <summary>Whether a libtorch has the operation with these arguments. Compiling a script with one that is not there would end the process.</summary>
    /// <param name="version">Its version.</param>
    public static bool IsIn(string version) => LibtorchVersion.IsAtLeast(version, 2, 4);

    /// <summary>Updates neighbouring parameters.</summary>
    /// <param name="values">Changed in place, <c>[k]</c>, as the next three in single precision.</param>
    /// <param name="gradient">Divided in place.</param>
    /// <param name="first">First moments, changed in place.</param>
    /// <param name="second">Second moments, changed in place.</param>
    /// <param name="options">The constants.</param>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="learningRate">This step's learning rate for these parameters.</param>
    /// <param name="weightDecay">Their decay.</param>
    /// <param name="divisor">What the gradient is divided by, <c>[1]</c>; null for 1.</param>
    /// <param name="skips">1 if nothing is to change, else 0, <c>[1]</c>, single precision; null for 0.</param>
    public void Update(
        Tensor values, Tensor gradient, Tensor first, Tensor second, AdamWOptions options, long step, double learningRate, double weightDecay, Tensor? divisor, Tensor? skips)
    {
        using var scope = NewDisposeScope();
        // TorchSharp keeps no scalar alive that it makes of a plain number here.
        using Scalar rate = learningRate, beta1 = options.Beta1, beta2 = options.Beta2, decay = weightDecay, epsilon = options.Epsilon;
        _count.fill_(step);
        _script.invoke<Tensor>(
            "step",
            new[] { values },
            new[] { gradient },
            new[] { first },
            new[] { second },
            new[] { _count },
            rate,
            beta1,
            beta2,
            decay,
            epsilon,
            divisor!,
            skips!);
    }

    public void Dispose()
    {
        _count.Dispose();
        _script.Dispose();
    }
}
