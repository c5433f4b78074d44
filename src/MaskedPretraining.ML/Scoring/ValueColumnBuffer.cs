using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Buffer of a column of numbers, keys, text or times.</summary>
internal sealed class ValueColumnBuffer<T>(ValueGetter<T> source, int slots) : ColumnBuffer
{
    private readonly T[] _values = new T[slots];

    public override long Fill(int slot)
    {
        source(ref _values[slot]);
        return 0;
    }

    public override Delegate CreateGetter(ScoreBatch batch) => (ValueGetter<T>)((ref T value) => value = _values[batch.Current]);
}
