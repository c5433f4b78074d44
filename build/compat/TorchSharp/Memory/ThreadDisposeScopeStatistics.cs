namespace TorchSharp;

public class ThreadDisposeScopeStatistics
{
    public LifetimeStatistics TensorStatistics { get; } = new();

    public long AttachedToScopeCount => TensorStatistics.AttachedToScopeCount;
    public long CreatedInScopeCount => TensorStatistics.CreatedInScopeCount;
    public long CreatedOutsideScopeCount => TensorStatistics.CreatedOutsideScopeCount;
    public long DetachedFromScopeCount => TensorStatistics.DetachedFromScopeCount;
    public long DisposedInScopeCount => TensorStatistics.DisposedInScopeCount;
    public long DisposedOutsideScopeCount => TensorStatistics.DisposedOutsideScopeCount;
    public long ThreadTotalLiveCount => TensorStatistics.ThreadTotalLiveCount;

    public void Reset() => TensorStatistics.Reset();

    public override string ToString() => TensorStatistics.ToString();
}
