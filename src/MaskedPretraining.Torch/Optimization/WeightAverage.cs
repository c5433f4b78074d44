using System.Numerics;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// Exponential moving average of a <see cref="ParameterArena"/>'s weights: after each step <c>a += (1 - decay) (w - a)</c>, starting from the weights as they are when it is made.
/// One sweep over flat memory on the CPU.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly ParameterArena _arena;
    private readonly string _prefix;

    /// <param name="arena">The weights, already initialised; outlives this.</param>
    /// <param name="decay">Share of the average kept a step, at least 0 and below 1.</param>
    /// <param name="prefix">What comes before the parameters' names in a training state.</param>
    public WeightAverage(ParameterArena arena, double decay, string prefix = "average.")
    {
        (_arena, Decay, _prefix) = (arena, decay, prefix);
        using var frozen = no_grad();
        Values = arena.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>Share of the average kept a step, at least 0 and below 1; a schedule sets it anew.</summary>
    public double Decay { get; set; }

    /// <summary>The averages, <c>[n]</c>, laid out like <see cref="ParameterArena.Values"/>.</summary>
    public Tensor Values { get; }

    /// <summary>Takes in the weights after a step.</summary>
    public void Update()
    {
        if (Values.device_type == DeviceType.CPU)
        {
            UpdateOnCpu();
        }
        else
        {
            UpdateWithTensorOperations();
        }
    }

    /// <summary>Puts the averages in place of the weights of the same names.</summary>
    /// <param name="state">What a model stored, or an empty dictionary.</param>
    public void Store(StateDictionary state) => _arena.Store(Values, state);

    /// <summary>The averages, for a training state.</summary>
    public IEnumerable<StreamedTensor> Stream() => _arena.Stream(Values, _prefix);

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    public void Load(Func<string, TensorData> read) => _arena.Load(Values, name => read(_prefix + name));

    public void Dispose() => Values.Dispose();

    /// <summary>The update as tensor operations, for other devices than the CPU.</summary>
    internal void UpdateWithTensorOperations()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Filled there: a number that comes from the host would be waited for.
        Values.lerp_(_arena.Values, full(Array.Empty<long>(), (float)(1 - Decay), ScalarType.Float32, Values.device));
    }

    private unsafe void UpdateOnCpu()
    {
        float* averages = (float*)TensorMemory.AddressOf(Values), weights = (float*)TensorMemory.AddressOf(_arena.Values);
        float share = (float)(1 - Decay);
        FixedSlices.ForEach(_arena.Length, (start, end) =>
        {
            long i = start;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                var average = Vector.Load(averages + i);
                Vector.FusedMultiplyAdd(Vector.Load(weights + i) - average, new Vector<float>(share), average).Store(averages + i);
            }

            for (; i < end; i++)
            {
                averages[i] = MathF.FusedMultiplyAdd(weights[i] - averages[i], share, averages[i]);
            }
        });
    }
}
