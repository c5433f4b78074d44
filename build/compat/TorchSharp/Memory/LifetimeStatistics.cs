namespace TorchSharp;

public class LifetimeStatistics
{
    public long AttachedToScopeCount { get; internal set; }
    public long CreatedInScopeCount { get; internal set; }
    public long CreatedOutsideScopeCount { get; internal set; }
    public long DetachedFromScopeCount { get; internal set; }
    public long DisposedInScopeCount { get; internal set; }
    public long DisposedOutsideScopeCount { get; internal set; }

    public long ThreadTotalLiveCount => CreatedInScopeCount + CreatedOutsideScopeCount - DisposedInScopeCount - DisposedOutsideScopeCount;

    public void Reset()
    {
        AttachedToScopeCount = 0;
        CreatedInScopeCount = 0;
        CreatedOutsideScopeCount = 0;
        DetachedFromScopeCount = 0;
        DisposedInScopeCount = 0;
        DisposedOutsideScopeCount = 0;
    }

    public override string ToString() =>
        $"live {ThreadTotalLiveCount}; created in scope {CreatedInScopeCount}, outside {CreatedOutsideScopeCount}; disposed in scope {DisposedInScopeCount}, outside {DisposedOutsideScopeCount}";
}
