namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Named tensors in memory, in insertion order, with text attributes: the currency between files, the engine and the exporters.</summary>
public sealed class StateDictionary
{
    private readonly OrderedDictionary<string, TensorData> _tensors = new(StringComparer.Ordinal);

    /// <summary>Number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>Names in insertion order.</summary>
    public IReadOnlyList<string> Names => _tensors.Keys;

    /// <summary>Text attributes, for example the architecture that the tensors belong to.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets a tensor.</summary>
    /// <param name="name">Its name, for example <c>blocks.0.attn.qkv.weight</c>.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message says which there are.</exception>
    public TensorData this[string name]
    {
        get => _tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new KeyNotFoundException($"There is no tensor '{name}'; there are {Count}: {string.Join(", ", Names.Take(8))}{(Count > 8 ? ", ..." : "")}.");
        set => _tensors[name] = value;
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _tensors.ContainsKey(name);
}
