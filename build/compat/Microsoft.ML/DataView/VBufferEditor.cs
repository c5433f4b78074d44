namespace Microsoft.ML.Data;

public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination)
        => new(destination.Length, destination.Count, destination.ValueArray, destination.IndexArray, false, false, false);

    public static VBufferEditor<T> Create<T>(ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null, int? maxValuesCapacity = null,
        bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        Checks.That(newLogicalLength >= 0, nameof(newLogicalLength), "The length must not be negative");
        int count = valuesCount ?? newLogicalLength;
        Checks.That(count >= 0 && count <= newLogicalLength, nameof(valuesCount), "The count must be between 0 and the length");
        T[] values = destination.ValueArray;
        int[] indices = destination.IndexArray;
        bool needIndices = count < newLogicalLength || requireIndicesOnDense;
        bool newValues = Grow(ref values, count, maxValuesCapacity, keepOldOnResize);
        bool newIndices = needIndices && Grow(ref indices, count, maxValuesCapacity, keepOldOnResize);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, needIndices, newValues, newIndices);
    }

    private static bool Grow<T>(ref T[] array, int count, int? capacity, bool keepOld)
    {
        if ((array?.Length ?? 0) >= count)
            return false;
        var grown = new T[Math.Max(count, Math.Min(capacity ?? count, 2 * (array?.Length ?? 0)))];
        if (keepOld)
            array?.CopyTo(grown, 0);
        array = grown;
        return true;
    }
}
