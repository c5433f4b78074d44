using System.Globalization;
using MaskedPretraining.Core.Checkpoints.Pickling;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>Finds the tensors in nested dictionaries, lists and tuples, and names each by the keys on the way to it: <c>model/blocks.0.norm1.weight</c>.</summary>
internal sealed class NamedTensors
{
    private const int DeepestNesting = 100;
    private const int LongestName = 1000;
    private const int MaximumTensors = 100_000;
    private const int MaximumVisits = 200_000;
    private readonly OrderedDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);
    private int _visits;

    private NamedTensors()
    {
    }

    /// <exception cref="FormatException">There is something else than containers and tensors at the top, a tensor is impossible, or the containers contain themselves.</exception>
    public static OrderedDictionary<string, TensorView> In(object? root)
    {
        if (root is not (PickleMap or PickleList or object?[] or TensorView))
        {
            string what = root is PickleStub stub ? $"an object of {stub.Kind}" : root is PickleGlobal name ? $"the class {name}" : "a single value";
            throw new FormatException($"it holds {what} instead of a state dictionary, and no code is run to make it one; save model.state_dict() with torch.save");
        }

        var found = new NamedTensors();
        found.Visit(root, "", 0);
        return found._tensors;
    }

    private void Visit(object? value, string name, int depth)
    {
        if (++_visits > MaximumVisits || depth > DeepestNesting)
        {
            throw new FormatException($"its dictionaries are nested more than {DeepestNesting} deep or more than {MaximumVisits} in number; perhaps one contains itself");
        }

        switch (value)
        {
            case TensorView tensor:
                Add(name, tensor);
                break;
            case PickleMap map:
                foreach (var (key, item) in map.Entries)
                {
                    VisitItem(item, name, key, depth);
                }

                break;
            case PickleList list:
                VisitAll(list.Items, name, depth);
                break;
            case object?[] tuple:
                VisitAll(tuple, name, depth);
                break;
        }
    }

    private void VisitAll(IReadOnlyList<object?> items, string name, int depth)
    {
        for (int i = 0; i < items.Count; i++)
        {
            VisitItem(items[i], name, (long)i, depth);
        }
    }

    private void VisitItem(object? item, string name, object? key, int depth)
    {
        // Millions of plain numbers, a log of losses for example, need no names.
        if (item is TensorView or PickleMap or PickleList or object?[])
        {
            Visit(item, Join(name, key switch { string text => text, long number => number.ToString(CultureInfo.InvariantCulture), _ => "?" }), depth + 1);
        }
    }

    private void Add(string name, TensorView tensor)
    {
        name = name.Length == 0 ? "tensor" : name;
        try
        {
            tensor.Check();
        }
        catch (FormatException exception)
        {
            throw new FormatException($"tensor '{name}' {exception.Message}", exception);
        }

        // As in Python, what is set last counts.
        _tensors[name] = tensor;
        if (_tensors.Count > MaximumTensors)
        {
            throw new FormatException($"it has more than {MaximumTensors} tensors");
        }
    }

    private static string Join(string name, string key)
    {
        if (name.Length + key.Length > LongestName)
        {
            throw new FormatException($"a name has more than {LongestName} characters");
        }

        return name.Length == 0 ? key : $"{name}/{key}";
    }
}
