using MaskedPretraining.ML.Maps;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Maps;

/// <summary>A view whose map column says what made it and counts how often it is asked.</summary>
internal sealed class CountingMaps : IDataView
{
    private readonly IDataView _inner;
    private readonly string _map;

    public CountingMaps(IDataView inner, string map, string maker)
    {
        (_inner, _map) = (inner, map);
        var builder = new DataViewSchema.Builder();
        foreach (var column in inner.Schema)
        {
            builder.AddColumn(column.Name, column.Type, column.Name == map ? MapMaker.Annotations(() => maker) : column.Annotations);
        }

        Schema = builder.ToSchema();
    }

    public int Asked { get; private set; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, _inner.GetRowCursor(columnsNeeded.Select(column => _inner.Schema[column.Index])));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(CountingMaps owner, DataViewRowCursor inner) : DataViewRowCursor
    {
        public override DataViewSchema Schema => owner.Schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override bool MoveNext() => inner.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var getter = inner.GetGetter<TValue>(inner.Schema[column.Index]);
            return (ref TValue value) =>
            {
                owner.Asked += column.Name == owner._map ? 1 : 0;
                getter(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
