using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over a <see cref="ParameterArena"/>: <c>w -= lr wd w</c> on the decayed range, then
/// <c>w -= lr m̂ / (sqrt(v̂) + eps)</c>. On the CPU one sweep reads the gradient, moves both moments and the weight, rounds the compute copy and clears the gradient;
/// a limit on the gradient's norm costs one reading of the gradients more. On other devices libtorch's own fused step does it from libtorch 2.4 on, before that a dozen tensor operations.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const string FirstMoment = "optimizer.first_moment.";
    private const string SecondMoment = "optimizer.second_moment.";
    // Keeps the scale of a gradient of zeros finite, as torch.nn.utils.clip_grad_norm_ does.
    private const double NormEpsilon = 1e-6;
    private readonly ParameterArena _arena;
    private readonly AdamWOptions _options;
    private readonly IReadOnlyList<ParameterRange> _ranges;
    private readonly Tensor _firstMoment;
    private readonly Tensor _secondMoment;
    private readonly FusedAdamW? _fused;
    private double? _norm;

    /// <param name="arena">The parameters.</param>
    /// <param name="options">The constants.</param>
    /// <param name="ranges">What is trained, at which share of the learning rate, decayed or not; none overlaps another. Null: everything at the learning rate.</param>
    public AdamW(ParameterArena arena, AdamWOptions options, IReadOnlyList<ParameterRange>? ranges = null)
    {
        (_arena, _options, _ranges) = (arena, options, ranges ?? ParameterRange.All(arena));
        using var frozen = no_grad();
        _firstMoment = zeros_like(arena.Values).DetachFromDisposeScope();
        _secondMoment = zeros_like(arena.Values).DetachFromDisposeScope();
        _fused = arena.Values.device_type != DeviceType.CPU && FusedAdamW.IsIn(__version__) ? new FusedAdamW(arena.Values.device) : null;
    }

    /// <summary>Steps done.</summary>
    public long StepCount { get; private set; }

    /// <summary>Euclidean norm of the last step's gradient before it was scaled down; null before the first step and without <see cref="AdamWOptions.MaxGradientNorm"/>.</summary>
    public double? GradientNorm => DeviceNorm?.ToSingle() ?? _norm;

    /// <summary><see cref="GradientNorm"/> on the device that the last step was made on without the host; null where it was not.</summary>
    public Tensor? DeviceNorm { get; private set; }

    /// <summary>Does one step and leaves the gradients zero.</summary>
    /// <param name="learningRate">This step's learning rate.</param>
    public void Step(double learningRate)
    {
        if (_arena.Values.device_type == DeviceType.CPU)
        {
            StepOnCpu(learningRate);
        }
        else
        {
            StepOnDevice(learningRate);
        }
    }

    /// <summary>Does one step without bringing a number to the host, on any device, and leaves the gradients zero.</summary>
    /// <param name="learningRate">This step's learning rate.</param>
    /// <param name="loss">Nothing changes if it is not finite, but for <see cref="StepCount"/>; null for a loss that is known to be.</param>
    public void StepOnDevice(double learningRate, Tensor? loss = null)
    {
        StepCount++;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var gradient = _arena.Gradients.to(ScalarType.Float32);
        var divisor = DivisorOf(gradient);
        var skips = loss?.isfinite().logical_not().view(1);
        if (divisor is not null && _fused is null)
        {
            gradient.div_(divisor);
        }

        foreach (var range in _ranges.Where(range => range.End > range.Start))
        {
            Tensor Part(Tensor flat) => flat.narrow(0, range.Start, range.End - range.Start);
            Tensor values = Part(_arena.Values), first = Part(_firstMoment), second = Part(_secondMoment), part = Part(gradient);
            double rate = range.RateScale * learningRate, decay = range.IsDecayed ? _options.WeightDecay : 0;
            if (_fused is not null)
            {
                _fused.Update(values, part, first, second, _options, StepCount, rate, decay, divisor, skips?.to(ScalarType.Float32));
            }
            else
            {
                UpdateWithTensorOperations(values, part, first, second, AdamWCoefficients.At(_options, StepCount, rate, decay), skips);
            }
        }

        _arena.RefreshComputeCopy();
        _arena.ZeroGradients();
    }

    /// <summary>Both moments, for a training state; <see cref="StepCount"/> belongs to it too.</summary>
    public IEnumerable<StreamedTensor> Stream() => [.. _arena.Stream(_firstMoment, FirstMoment), .. _arena.Stream(_secondMoment, SecondMoment)];

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    public void Load(Func<string, TensorData> read, long stepCount)
    {
        _arena.Load(_firstMoment, name => read(FirstMoment + name));
        _arena.Load(_secondMoment, name => read(SecondMoment + name));
        StepCount = stepCount;
    }

    public void Dispose()
    {
        _fused?.Dispose();
        DeviceNorm?.Dispose();
        _firstMoment.Dispose();
        _secondMoment.Dispose();
    }

    private unsafe void StepOnCpu(double learningRate)
    {
        StepCount++;
        var buffers = new AdamWBuffers
        {
            Values = (float*)TensorMemory.AddressOf(_arena.Values),
            FirstMoment = (float*)TensorMemory.AddressOf(_firstMoment),
            SecondMoment = (float*)TensorMemory.AddressOf(_secondMoment),
            Gradients = TensorMemory.AddressOf(_arena.Gradients),
            Copy = _arena.HasComputeCopy ? (ushort*)TensorMemory.AddressOf(_arena.ComputeValues) : null,
        };
        double scale = MeasureGradient();
        AdamWCoefficients[] coefficients = [.. _ranges.Select(range => CoefficientsOf(range, learningRate, scale))];
        FixedSlices.ForEach(_arena.Length, (start, end) =>
        {
            for (int i = 0; i < coefficients.Length; i++)
            {
                AdamWKernel.Update(buffers, coefficients[i], Math.Max(start, _ranges[i].Start), Math.Min(end, _ranges[i].End));
            }
        });
    }

    private static void UpdateWithTensorOperations(Tensor values, Tensor gradient, Tensor first, Tensor second, AdamWCoefficients c, Tensor? skips)
    {
        using var scope = NewDisposeScope();
        var newFirst = first.mul(c.Beta1).add_(gradient, c.GradientToFirst);
        var newSecond = second.mul(c.Beta2).addcmul_(gradient, gradient, c.GradientToSecond);
        var newValues = values.mul(c.Shrink).addcdiv_(newFirst, newSecond.sqrt().mul_(c.InverseSqrtCorrection2).add_(c.Epsilon), -c.StepSize);
        foreach (var (old, next) in new[] { (first, newFirst), (second, newSecond), (values, newValues) })
        {
            old.copy_(skips is null ? next : where(skips, old, next));
        }
    }

    /// <summary>What gradients have to be divided by, if their norm is limited, <c>[1]</c>; notes the norm.</summary>
    private Tensor? DivisorOf(Tensor gradient)
    {
        if (_options.MaxGradientNorm is not { } limit)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var norm = linalg.vector_norm(gradient).view(1);
        DeviceNorm ??= zeros_like(norm).DetachFromDisposeScope();
        DeviceNorm.copy_(norm);
        return norm.add(NormEpsilon).div_(limit).clamp_min_(1).MoveToOuterDisposeScope();
    }

    private AdamWCoefficients CoefficientsOf(ParameterRange range, double learningRate, double gradientScale) =>
        AdamWCoefficients.At(_options, StepCount, range.RateScale * learningRate, range.IsDecayed ? _options.WeightDecay : 0, gradientScale);

    /// <summary>Notes the gradient's norm, if it is limited.</summary>
    /// <returns>What the gradient has to be multiplied by.</returns>
    private double MeasureGradient()
    {
        if (_options.MaxGradientNorm is not { } limit)
        {
            return 1;
        }

        double norm = GradientNormKernel.Measure(_arena);
        _norm = norm;
        return Math.Min(1, limit / (norm + NormEpsilon));
    }
}
