namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>A Python dictionary as it was filled: a key that was set twice is there twice, and the last one counts. It may contain itself.</summary>
internal sealed class PickleMap
{
    private List<(object? Key, object? Value)>? _entries;

    public IReadOnlyList<(object? Key, object? Value)> Entries => _entries ?? [];

    /// <summary>The value of a text key; null if there is none.</summary>
    public object? this[string key]
    {
        get
        {
            for (int i = Entries.Count - 1; i >= 0; i--)
            {
                if (Entries[i].Key is string text && text == key)
                {
                    return Entries[i].Value;
                }
            }

            return null;
        }
    }

    public void Set(object? key, object? value) => (_entries ??= []).Add((key, value));
}
