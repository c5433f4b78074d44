namespace Microsoft.ML.Data;

/// <summary>Copies of one column's values, by slot.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Of(DataViewRow row, DataViewSchema.Column column)
        => (ColumnStore)Generics.Call(typeof(ColumnStore), column.Type is VectorDataViewType ? nameof(MakeVector) : nameof(MakeScalar), [column.Type.ItemType().RawType], row, column);

    /// <summary>Copies the current row's value into the slot.</summary>
    public abstract void Take(int slot);

    /// <summary>Lets a slot hold what another holds.</summary>
    public abstract void Move(int from, int to);

    /// <summary>A getter of the column's raw type for the slot that <paramref name="slot"/> names.</summary>
    public abstract Delegate Getter(Func<int> slot);

    private static ColumnStore MakeScalar<T>(DataViewRow row, DataViewSchema.Column column) => new Scalars<T>(row.GetGetter<T>(column));

    private static ColumnStore MakeVector<T>(DataViewRow row, DataViewSchema.Column column) => new Vectors<T>(row.GetGetter<VBuffer<T>>(column));

    private static void Grow<T>(List<T> values, int slot)
    {
        while (values.Count <= slot)
            values.Add(default);
    }

    private sealed class Scalars<T>(ValueGetter<T> read) : ColumnStore
    {
        private readonly List<T> _values = [];

        public override void Take(int slot)
        {
            Grow(_values, slot);
            T value = default;
            read(ref value);
            _values[slot] = value;
        }

        public override void Move(int from, int to) => _values[to] = _values[from];

        public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T destination) => destination = _values[slot()]);
    }

    private sealed class Vectors<T>(ValueGetter<VBuffer<T>> read) : ColumnStore
    {
        private readonly List<VBuffer<T>> _values = [];
        private VBuffer<T> _buffer;

        public override void Take(int slot)
        {
            Grow(_values, slot);
            read(ref _buffer);
            // Into buffers of its own: readers of the slot copied what they got.
            VBuffer<T> stored = _values[slot];
            _buffer.CopyTo(ref stored);
            _values[slot] = stored;
        }

        public override void Move(int from, int to) => (_values[to], _values[from]) = (_values[from], _values[to]);

        public override Delegate Getter(Func<int> slot) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) => _values[slot()].CopyTo(ref destination));
    }
}
