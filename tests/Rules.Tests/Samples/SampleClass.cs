namespace MaskedPretraining.Rules.Samples;

public sealed class SampleClass<TItem> : IDisposable, ISample<string>
    where TItem : struct
{
    public const int Limit = 3;

    public SampleClass(string name, string? note = null, SampleKind kind = SampleKind.Second) => Note = name + note + kind;

    public event Action<string?>? Changed;

    public string? Note { get; }

    public TItem this[int index]
    {
        get => default;
        set => Changed?.Invoke($"{index} {value}");
    }

    public int Count(in ReadOnlySpan<float> values, params long[] shape) => values.Length + shape.Length;

    public bool TryGet(string key, out string? value)
    {
        value = key;
        return true;
    }

    public void Dispose()
    {
    }
}
