using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Buffer of a column of vectors; their memory is used again.</summary>
internal sealed class VectorColumnBuffer<T>(ValueGetter<VBuffer<T>> source, int slots) : ColumnBuffer
{
    private readonly VBuffer<T>[] _values = new VBuffer<T>[slots];

    public override long Fill(int slot)
    {
        source(ref _values[slot]);
        return (long)_values[slot].GetValues().Length * Unsafe.SizeOf<T>();
    }

    public override Delegate CreateGetter(ScoreBatch batch) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[batch.Current].CopyTo(ref value));
}
