namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread and what it counted.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? s_current;

    private DisposeScope? _innermost;

    public static ThreadDisposeScopeStatistics Statistics => Current.Counts;

    internal static DisposeScopeManager Current => s_current ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics Counts { get; } = new();

    internal LifetimeStatistics Tensors => Counts.TensorStatistics;

    internal DisposeScope? Innermost => _innermost;

    internal DisposeScope Open() => _innermost = new DisposeScope(this, _innermost);

    internal void Close(DisposeScope scope)
    {
        // Scopes are closed from the innermost outwards; one that is closed early takes those inside it off the stack.
        for (var open = _innermost; open is not null; open = open.Outer)
        {
            if (open != scope)
                continue;
            _innermost = scope.Outer;
            return;
        }
    }
}
