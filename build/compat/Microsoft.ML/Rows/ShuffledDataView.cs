namespace Microsoft.ML.Data;

/// <summary>Rows drawn at random from a pool that the source refills; the same order for every pass.</summary>
internal sealed class ShuffledDataView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        rand ??= new Random(seed);
        DataViewRowCursor cursor = source.GetRowCursor(needed, shuffleSource && source.CanShuffle ? rand : null);
        return new Cursor(cursor, needed, rand, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : ForwardingCursor
    {
        private readonly ColumnStore[] _stores;
        private readonly List<DataViewRowId> _ids = [];
        private readonly ValueGetter<DataViewRowId> _readId;
        private readonly Random _rand;
        private readonly int _poolSize;
        private int _filled;
        private int _current = -1;

        public Cursor(DataViewRowCursor source, DataViewSchema.Column[] needed, Random rand, int poolSize)
            : base(source)
        {
            _stores = new ColumnStore[source.Schema.Count];
            foreach (DataViewSchema.Column column in needed)
                _stores[column.Index] = ColumnStore.Of(source, column);
            _readId = source.GetIdGetter();
            _rand = rand;
            _poolSize = poolSize;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Columns.CheckActive(this, column);
            return Columns.Cast<TValue>(_stores[column.Index].Getter(() => _current), column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_current];

        protected override bool MoveCore()
        {
            if (_current < 0)
            {
                while (_filled < _poolSize && Source.MoveNext())
                    Take(_filled++);
            }
            else if (Source.MoveNext())
                Take(_current);
            else
                Remove(_current, --_filled);
            _current = _filled == 0 ? 0 : _rand.Next(_filled);
            return _filled > 0;
        }

        private void Take(int slot)
        {
            foreach (ColumnStore store in _stores)
                store?.Take(slot);
            if (slot == _ids.Count)
                _ids.Add(default);
            DataViewRowId id = default;
            _readId(ref id);
            _ids[slot] = id;
        }

        private void Remove(int slot, int last)
        {
            if (slot == last)
                return;
            foreach (ColumnStore store in _stores)
                store?.Move(last, slot);
            _ids[slot] = _ids[last];
        }
    }
}
