using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Keeps the values that a pass-through column has in the rows that were read ahead.</summary>
internal abstract class ColumnBuffer : IDisposable
{
    /// <summary>Takes the source's current value into a slot.</summary>
    /// <returns>Bytes that a vector or an image holds; 0 of other values.</returns>
    public abstract long Fill(int slot);

    /// <summary>A getter of the value in the batch's current slot.</summary>
    public abstract Delegate CreateGetter(ScoreBatch batch);

    /// <summary>Lets go of what the values in some slots hold; called before rows are read into them anew.</summary>
    public virtual void Reset(int first, int count)
    {
    }

    public virtual void Dispose()
    {
    }

    /// <summary>A buffer for a column.</summary>
    /// <param name="source">The row whose values are kept.</param>
    /// <param name="column">A column that is active in it.</param>
    /// <param name="slots">Rows read ahead at most.</param>
    /// <returns>The buffer; null if values of that type cannot be kept past their row.</returns>
    public static ColumnBuffer? Create(DataViewRow source, DataViewSchema.Column column, int slots)
    {
        bool isVector = column.Type is VectorDataViewType;
        var item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        return item switch
        {
            _ when item == typeof(float) => Of<float>(),
            _ when item == typeof(double) => Of<double>(),
            _ when item == typeof(bool) => Of<bool>(),
            _ when item == typeof(byte) => Of<byte>(),
            _ when item == typeof(sbyte) => Of<sbyte>(),
            _ when item == typeof(short) => Of<short>(),
            _ when item == typeof(ushort) => Of<ushort>(),
            _ when item == typeof(int) => Of<int>(),
            _ when item == typeof(uint) => Of<uint>(),
            _ when item == typeof(long) => Of<long>(),
            _ when item == typeof(ulong) => Of<ulong>(),
            _ when item == typeof(ReadOnlyMemory<char>) => Of<ReadOnlyMemory<char>>(),
            _ when item == typeof(DateTime) => Of<DateTime>(),
            _ when item == typeof(DateTimeOffset) => Of<DateTimeOffset>(),
            _ when item == typeof(TimeSpan) => Of<TimeSpan>(),
            _ when item == typeof(DataViewRowId) => Of<DataViewRowId>(),
            _ when item == typeof(MLImage) => new ImageColumnBuffer(source.GetGetter<MLImage>(column), slots),
            _ => null,
        };

        ColumnBuffer Of<T>() => isVector
            ? new VectorColumnBuffer<T>(source.GetGetter<VBuffer<T>>(column), slots)
            : new ValueColumnBuffer<T>(source.GetGetter<T>(column), slots);
    }
}
