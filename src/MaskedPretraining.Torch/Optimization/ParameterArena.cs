using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// All parameters of a model in one flat tensor and all gradients in another; a parameter is a named view of both. An optimizer step, a checkpoint or a gradient norm
/// is then one pass over flat memory.
/// </summary>
/// <remarks>
/// <para>Decayed parameters come first, so that weight decay is a matter of two ranges. Autograd adds in place to a gradient that is already there, hence the views stay
/// views: nothing may ever assign or drop a parameter's <c>grad</c>.</para>
/// <para>With bfloat16 compute the model sees a rounded copy of the single-precision masters; gradients arrive in bfloat16 as well, which is what the backward matrix
/// products produce anyway.</para>
/// </remarks>
internal sealed class ParameterArena : IDisposable
{
    /// <summary>Elements between the starts of parameters, so that every one begins on a cache line in both precisions; the gaps are zero.</summary>
    public const long Alignment = 32;

    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ParameterSlot> _slots;
    private readonly List<Tensor> _owned = [];

    /// <summary>Takes memory for parameters and leaves them zero.</summary>
    /// <param name="specs">The parameters, in the order in which checkpoints list them.</param>
    /// <param name="computeType">Float32 or BFloat16: what the model computes with.</param>
    /// <param name="device">Where the buffers lie.</param>
    public ParameterArena(IReadOnlyList<ParameterSpec> specs, ScalarType computeType, Device device)
    {
        (Specs, _slots) = (specs, new Dictionary<string, ParameterSlot>(StringComparer.Ordinal));
        long offset = 0;
        foreach (bool decayed in new[] { true, false })
        {
            foreach (var spec in specs.Where(spec => spec.IsDecayed == decayed))
            {
                _slots.Add(spec.Name, new ParameterSlot(spec, offset));
                offset += (spec.Count + Alignment - 1) / Alignment * Alignment;
            }

            DecayedLength = decayed ? offset : DecayedLength;
        }

        using var frozen = no_grad();
        Values = Own(zeros(offset, ScalarType.Float32, device));
        ComputeValues = computeType == ScalarType.Float32 ? Values : Own(zeros(offset, computeType, device));
        Gradients = AddParameters();
    }

    /// <summary>A second set of parameters over the values of <paramref name="original"/>, with gradients of its own: what a second thread needs to work on a part of the batch.</summary>
    /// <param name="original">Keeps the values; outlives this.</param>
    public ParameterArena(ParameterArena original)
    {
        (Specs, DecayedLength, _slots) = (original.Specs, original.DecayedLength, original._slots);
        using var frozen = no_grad();
        (Values, ComputeValues) = (original.Values, original.ComputeValues);
        Gradients = AddParameters();
    }

    /// <summary>The parameters of <paramref name="original"/> with other values, as constants: there are no gradients.</summary>
    /// <param name="original">Declares the parameters.</param>
    /// <param name="values">Laid out like <see cref="Values"/>; outlives this. Call <see cref="RefreshComputeCopy"/> after a change.</param>
    public ParameterArena(ParameterArena original, Tensor values)
    {
        (Specs, DecayedLength, _slots) = (original.Specs, original.DecayedLength, original._slots);
        using var frozen = no_grad();
        Values = values;
        ComputeValues = original.HasComputeCopy ? Own(zeros_like(original.ComputeValues)) : values;
        Gradients = Own(empty(0));
        using var scope = NewDisposeScope();
        foreach (var slot in Slots)
        {
            _parameters.Add(slot.Spec.Name, View(ComputeValues, slot).detach().DetachFromDisposeScope());
        }

        RefreshComputeCopy();
    }

    /// <summary>The declarations, in the order in which checkpoints list them.</summary>
    public IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>Single-precision masters, <c>[n]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>What the model computes with, <c>[n]</c>: <see cref="Values"/> itself, or its bfloat16 copy.</summary>
    public Tensor ComputeValues { get; }

    /// <summary>Gradients in the compute type, <c>[n]</c>; empty if the parameters are constants.</summary>
    public Tensor Gradients { get; }

    /// <summary>Length n of the flat tensors, padding included.</summary>
    public long Length => Values.numel();

    /// <summary>Elements at the front to which weight decay applies.</summary>
    public long DecayedLength { get; }

    /// <summary>Number of trained values, without padding.</summary>
    public long ParameterCount => Specs.Sum(spec => spec.Count);

    /// <summary>Whether the model computes with a rounded copy.</summary>
    public bool HasComputeCopy => !ReferenceEquals(Values, ComputeValues);

    /// <summary>Where each parameter lies, decayed ones first.</summary>
    public IReadOnlyCollection<ParameterSlot> Slots => _slots.Values;

    /// <summary>A parameter as the model sees it: a leaf of autograd in the compute type, or a constant.</summary>
    public Tensor this[string name] => _parameters[name];

    /// <summary>Draws initial values; the number of a tensor is its place in <see cref="Specs"/>, counted on from <paramref name="first"/>.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="first">Tensors of the run in other arenas, which have the numbers before.</param>
    public unsafe void Initialize(ulong seed, int first = 0)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        bool isHere = Values.device_type == DeviceType.CPU;
        var host = isHere ? Values : zeros(Length, ScalarType.Float32);
        float* memory = (float*)TensorMemory.AddressOf(host);
        // Every tensor has a stream of its own, so that their order does not matter.
        Parallel.For(0, Specs.Count, number =>
        {
            var slot = _slots[Specs[number].Name];
            slot.Spec.Initialize(new Span<float>(memory + slot.Offset, checked((int)slot.Spec.Count)), new RandomStream(seed, RandomPurpose.Initialization, 0, first + number));
        });
        if (!isHere)
        {
            Values.copy_(host);
        }

        RefreshComputeCopy();
    }

    /// <summary>Rounds the masters into the copy that the model computes with.</summary>
    public void RefreshComputeCopy()
    {
        if (HasComputeCopy)
        {
            using var frozen = no_grad();
            ComputeValues.copy_(Values);
        }
    }

    /// <summary>Whether no parameter is infinite or not a number: either makes the sum so.</summary>
    public bool AreFinite()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return float.IsFinite(Values.sum().ToSingle());
    }

    public void ZeroGradients()
    {
        using var frozen = no_grad();
        Gradients.zero_();
    }

    /// <summary>A single-precision copy of a parameter's gradient, row-major.</summary>
    public float[] GradientOf(string name)
    {
        using var scope = NewDisposeScope();
        return TensorMemory.ToSingles(View(Gradients, _slots[name]));
    }

    /// <summary>Copies all parameters out of <paramref name="state"/>, which may hold more than them.</summary>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape; the message lists every one.</exception>
    public void Load(StateDictionary state)
    {
        var errors = Specs.Select(spec => MismatchOf(spec, state)).OfType<string>().ToList();
        if (errors.Count > 0)
        {
            throw new CheckpointMismatchException(errors);
        }

        Load(Values, name => state[name]);
        RefreshComputeCopy();
    }

    /// <summary>Copies a flat tensor's values, one parameter's after the other.</summary>
    /// <param name="flat"><see cref="Values"/> or a tensor laid out like it.</param>
    /// <param name="read">Finds the values of a parameter; their count is that of the parameter.</param>
    public void Load(Tensor flat, Func<string, TensorData> read)
    {
        foreach (var spec in Specs)
        {
            Write(flat, _slots[spec.Name], read(spec.Name).ToSingles());
        }
    }

    /// <summary>Copies all masters into <paramref name="state"/>.</summary>
    public void Store(StateDictionary state) => Store(Values, state);

    /// <summary>Copies all parameters out of a flat tensor into <paramref name="state"/>.</summary>
    /// <param name="flat"><see cref="Values"/> or a tensor laid out like it.</param>
    /// <param name="state">Where to.</param>
    public void Store(Tensor flat, StateDictionary state)
    {
        using var scope = NewDisposeScope();
        foreach (var spec in Specs)
        {
            state[spec.Name] = new TensorData(TensorElementType.F32, spec.Shape, TensorMemory.ToArray(View(flat, _slots[spec.Name])));
        }
    }

    /// <summary>A flat tensor as one entry a parameter, each written straight from where it lies when the file is written.</summary>
    /// <param name="flat"><see cref="Values"/> or a tensor laid out like it.</param>
    /// <param name="prefix">What comes before the parameter's name.</param>
    public IEnumerable<StreamedTensor> Stream(Tensor flat, string prefix) => Specs.Select(spec =>
        new StreamedTensor(prefix + spec.Name, TensorElementType.F32, spec.Shape, stream =>
        {
            using var scope = NewDisposeScope();
            stream.Write(View(flat, _slots[spec.Name]).cpu().bytes);
        }));

    public void Dispose()
    {
        foreach (var tensor in _parameters.Values.Concat(_owned))
        {
            tensor.Dispose();
        }
    }

    /// <summary>A parameter's part of a flat tensor, in its own shape.</summary>
    public static Tensor View(Tensor flat, ParameterSlot slot) => flat.narrow(0, slot.Offset, slot.Spec.Count).view(slot.Spec.Shape);

    private Tensor AddParameters()
    {
        var gradients = Own(zeros_like(ComputeValues));
        using var scope = NewDisposeScope();
        foreach (var slot in _slots.Values)
        {
            var parameter = View(ComputeValues, slot).detach().requires_grad_().DetachFromDisposeScope();
            parameter.grad = View(gradients, slot);
            _parameters.Add(slot.Spec.Name, parameter);
        }

        return gradients;
    }

    private Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    private static void Write(Tensor flat, ParameterSlot slot, float[] values)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        View(flat, slot).copy_(TensorMemory.From<float>(values, ScalarType.Float32, flat.device, slot.Spec.Shape));
    }

    private static string? MismatchOf(ParameterSpec spec, StateDictionary state)
    {
        if (!state.Contains(spec.Name))
        {
            return $"{spec.Name} {Describe(spec.Shape)} is missing";
        }

        var found = state[spec.Name];
        return found.Type is (TensorElementType.F32 or TensorElementType.F64 or TensorElementType.F16 or TensorElementType.BF16) && found.Shape.SequenceEqual(spec.Shape)
            ? null
            : $"{spec.Name} must be {Describe(spec.Shape)} and is {Describe(found.Shape)} of {found.Type}";
    }

    private static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
