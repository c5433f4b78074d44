using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector that is dense, or sparse as values with ascending indices.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    internal readonly T[] ValueArray;
    internal readonly int[] IndexArray;
    internal readonly int Count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        Checks.That(length >= 0, nameof(length), "The length must not be negative");
        Checks.That((values?.Length ?? 0) >= length, nameof(values), "There must be a value for each slot");
        Length = length;
        Count = length;
        ValueArray = values;
        IndexArray = indices;
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Checks.That(length >= 0, nameof(length), "The length must not be negative");
        Checks.That(count >= 0 && count <= length, nameof(count), "The count must be between 0 and the length");
        Checks.That((values?.Length ?? 0) >= count, nameof(values), "There must be as many values as the count says");
        Checks.That(count == length || (indices?.Length ?? 0) >= count, nameof(indices), "There must be as many indices as the count says");
        Length = length;
        Count = count;
        ValueArray = values;
        IndexArray = indices;
    }

    public bool IsDense => Count == Length;

    public ReadOnlySpan<T> GetValues() => ValueArray.AsSpan(0, Count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : IndexArray.AsSpan(0, Count);

    public T GetItemOrDefault(int index)
    {
        T value = default;
        GetItemOrDefault(index, ref value);
        return value;
    }

    public void GetItemOrDefault(int index, ref T destination)
    {
        Checks.That((uint)index < (uint)Length, nameof(index), "The index is outside the vector");
        if (!IsDense)
            index = GetIndices().BinarySearch(index);
        destination = index >= 0 ? ValueArray[index] : default;
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (IsDense)
        {
            for (int i = 0; i < Length; i++)
                yield return new KeyValuePair<int, T>(i, ValueArray[i]);
        }
        else if (!all)
        {
            for (int i = 0; i < Count; i++)
                yield return new KeyValuePair<int, T>(IndexArray[i], ValueArray[i]);
        }
        else
        {
            for (int slot = 0, i = 0; slot < Length; slot++)
            {
                bool present = i < Count && IndexArray[i] == slot;
                yield return new KeyValuePair<int, T>(slot, present ? ValueArray[i++] : default);
            }
        }
    }

    public IEnumerable<T> DenseValues()
    {
        foreach (KeyValuePair<int, T> item in Items(all: true))
            yield return item.Value;
    }

    public IEnumerator GetEnumerator() => Items(all: true).GetEnumerator();

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (int i = 0; i < Count; i++)
            target[IndexArray[i]] = ValueArray[i];
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, Count);
        GetValues().CopyTo(editor.Values);
        if (!IsDense)
            GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {Count} explicit values";
}
