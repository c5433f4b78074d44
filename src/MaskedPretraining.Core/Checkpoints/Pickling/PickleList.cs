namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>A Python list. It may contain itself.</summary>
internal sealed class PickleList
{
    private List<object?>? _items;

    public IReadOnlyList<object?> Items => _items ?? [];

    public void Add(object? item) => (_items ??= []).Add(item);
}
