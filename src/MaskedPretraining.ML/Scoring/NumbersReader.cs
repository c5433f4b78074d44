using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Reads a row's vector of numbers.</summary>
internal sealed class NumbersReader(DataViewRow source, DataViewSchema.Column column, int length)
{
    private readonly ValueGetter<VBuffer<float>> _getter = source.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _buffer;

    /// <summary>Copies the current row's numbers, <c>[length]</c>.</summary>
    public void Read(Span<float> destination)
    {
        _getter(ref _buffer);
        if (_buffer.Length != length)
        {
            throw new InvalidOperationException($"Column '{column.Name}' holds {_buffer.Length} numbers in row {source.Position}, but {length} are needed.");
        }

        _buffer.CopyTo(destination);
    }
}
