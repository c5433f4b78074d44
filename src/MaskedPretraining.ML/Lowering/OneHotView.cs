using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Lowering;

/// <summary>One row a class: the one-hot vector and the key of the class. A Naive Bayes model trained on it turns one-hot vectors into keys, exactly.</summary>
internal sealed class OneHotView : IDataView
{
    public const string LabelColumn = InBoxChain.TemporaryPrefix + "label";

    private readonly int _classes;

    /// <param name="featureColumn">Name of the one-hot column.</param>
    /// <param name="featureType">Its type; its size is the number of classes.</param>
    /// <param name="labelType">The key type.</param>
    /// <param name="labelAnnotations">The key's values.</param>
    public OneHotView(string featureColumn, VectorDataViewType featureType, KeyDataViewType labelType, DataViewSchema.Annotations labelAnnotations)
    {
        _classes = featureType.Size;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(featureColumn, featureType);
        builder.AddColumn(LabelColumn, labelType, labelAnnotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _classes;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(OneHotView view, IEnumerable<DataViewSchema.Column> columnsNeeded) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. columnsNeeded.Select(column => column.Index)];
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override bool MoveNext() => ++_position < view._classes;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name == LabelColumn
                ? (ValueGetter<uint>)((ref value) => value = (uint)_position + 1)
                : (ValueGetter<VBuffer<float>>)ReadOneHot;
            return Getters.As<TValue>(getter, column);
        }

        private void ReadOneHot(ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, view._classes);
            editor.Values.Clear();
            editor.Values[(int)_position] = 1;
            value = editor.Commit();
        }
    }
}
