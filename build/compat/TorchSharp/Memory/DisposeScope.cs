using static TorchSharp.torch;

namespace TorchSharp;

public sealed class DisposeScope : IDisposable
{
    private readonly List<IDisposable> _members = new(16);
    private readonly DisposeScopeManager _manager;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        Outer = outer;
    }

    internal DisposeScope? Outer { get; private set; }

    public int DisposablesCount => _members.Count;

    public IReadOnlyList<IDisposable> DisposablesView => _members;

    public bool Contains(IDisposable disposable) => disposable is Tensor tensor ? tensor.Scope == this : _members.Contains(disposable);

    public void Attach(IDisposable disposable)
    {
        if (Contains(disposable))
            return;
        if (disposable is Tensor { Scope: { } previous } moved)
            previous.Remove(moved);
        else
            _manager.Tensors.AttachedToScopeCount++;
        Add(disposable);
    }

    public void Attach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            Attach(disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        if (Contains(disposable))
        {
            Remove(disposable);
            _manager.Tensors.DetachedFromScopeCount++;
        }

        return disposable;
    }

    public void Detach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            Detach<IDisposable>(disposable);
    }

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(Outer, disposable);

    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
            MoveToOther(Outer, disposable);
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        if (scope is null)
            return Detach(disposable);
        if (Contains(disposable))
        {
            Remove(disposable);
            scope.Add(disposable);
        }

        return disposable;
    }

    public void DisposeEverything() => DisposeMembers(null);

    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        DisposeMembers(new HashSet<IDisposable>(keep, System.Collections.Generic.ReferenceEqualityComparer.Instance));
    }

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeMembers(new HashSet<IDisposable>([keep], System.Collections.Generic.ReferenceEqualityComparer.Instance));
        return keep;
    }

    public void Dispose()
    {
        DisposeMembers(null);
        _manager.Close(this);
        DeadTensors.Drain();
    }

    internal void Add(IDisposable disposable)
    {
        if (disposable is Tensor tensor)
        {
            tensor.Scope = this;
            tensor.ScopeIndex = _members.Count;
        }

        _members.Add(disposable);
    }

    /// <summary>Takes a member out; for a tensor in constant time, the last member takes its place.</summary>
    internal void Remove(IDisposable disposable)
    {
        if (disposable is not Tensor tensor)
        {
            _members.Remove(disposable);
            return;
        }

        var last = _members.Count - 1;
        var moved = _members[last];
        _members[tensor.ScopeIndex] = moved;
        if (moved is Tensor movedTensor)
            movedTensor.ScopeIndex = tensor.ScopeIndex;
        _members.RemoveAt(last);
        tensor.Scope = null;
    }

    private void DisposeMembers(HashSet<IDisposable>? kept)
    {
        // From the end, as objects on a stack go; a member leaves the list before it is disposed.
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            var member = _members[i];
            if (kept is not null && kept.Contains(member))
                continue;
            Remove(member);
            _manager.Tensors.DisposedInScopeCount++;
            if (member is Tensor tensor)
                tensor.Free();
            else
                member.Dispose();
        }
    }
}
