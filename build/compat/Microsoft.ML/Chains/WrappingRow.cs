namespace Microsoft.ML.Data;

/// <summary>A row at the same place as another, which it owns.</summary>
internal abstract class WrappingRow(DataViewRow input) : DataViewRow
{
    protected DataViewRow Input { get; } = input;

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Input.Dispose();
    }
}
