namespace Microsoft.ML.Data;

/// <summary>Fills the members of a row object from a row's columns.</summary>
internal sealed class RowWriter<TRow>
    where TRow : class
{
    private readonly (Member Member, DataViewSchema.Column Column)[] _columns;

    public RowWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write);
        var columns = new List<(Member, DataViewSchema.Column)>();
        foreach (SchemaDefinition.Column wanted in definition)
        {
            Member member = Member.Named(typeof(TRow), wanted.MemberName);
            if (schema.GetColumnOrNull(wanted.ColumnName) is not { } column)
            {
                if (!ignoreMissingColumns)
                    throw new ArgumentOutOfRangeException(nameof(definition), $"Column '{wanted.ColumnName}' not found in the data view");
                continue;
            }
            if (ObjectValues.FromColumn(column.Type.RawType, member.Type) == null)
                throw new InvalidOperationException($"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member.Info.Name}' of type '{member.Type}'.");
            columns.Add((member, column));
        }
        _columns = [.. columns];
    }

    public IEnumerable<DataViewSchema.Column> ColumnsNeeded => _columns.Select(column => column.Column);

    /// <summary>Copies the current row's values into an object.</summary>
    public Action<TRow> Fill(DataViewRow row)
    {
        Action<TRow>[] fills = [.. _columns.Select(column => (Action<TRow>)Generics.Call(typeof(RowWriter<TRow>), nameof(FillOne),
            [column.Column.Type.RawType, column.Member.Type], row, column.Column, column.Member))];
        return target =>
        {
            foreach (Action<TRow> fill in fills)
                fill(target);
        };
    }

    private static Action<TRow> FillOne<TRaw, TMember>(DataViewRow row, DataViewSchema.Column column, Member member)
    {
        ValueGetter<TRaw> read = row.GetGetter<TRaw>(column);
        var convert = (Func<TRaw, TMember>)ObjectValues.FromColumn(typeof(TRaw), typeof(TMember));
        Action<TRow, TMember> write = member.Writer<TRow, TMember>();
        TRaw value = default;
        return target =>
        {
            // The last value goes back to the getter: an image of the row before is freed with that.
            read(ref value);
            write(target, convert(value));
        };
    }
}
