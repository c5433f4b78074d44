using System.Collections;

namespace MaskedPretraining.ML.Tests.Scoring;

/// <summary>Rows 0, 1, 2, ... that are made when asked for; notes how many were, and when a reader closed them.</summary>
internal sealed class CountedRows(int count, Action<int>? onRow = null) : IEnumerable<NumberedRow>
{
    private int _made;
    private int _closed;

    public int Made => Volatile.Read(ref _made);

    public int Closed => Volatile.Read(ref _closed);

    public IEnumerator<NumberedRow> GetEnumerator()
    {
        try
        {
            for (int row = 0; row < count; row++)
            {
                onRow?.Invoke(row);
                Interlocked.Increment(ref _made);
                yield return new NumberedRow(row);
            }
        }
        finally
        {
            Interlocked.Increment(ref _closed);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
