using System.Collections.Concurrent;

namespace TorchSharp;

/// <summary>
/// Handles of tensors that were never disposed and that the garbage collector found. The finalizer thread only puts them here: freeing there could
/// run libtorch's destructors next to an operator of another thread. Threads that work with tensors free them, between operators.
/// </summary>
internal static class DeadTensors
{
    private static readonly ConcurrentQueue<nint> Queue = new();
    private static volatile bool _any;

    public static void Add(nint handle)
    {
        Queue.Enqueue(handle);
        _any = true;
    }

    /// <summary>Frees what waits. No managed object refers to these handles any more, so any thread may.</summary>
    public static void Drain()
    {
        if (!_any)
            return;
        _any = false;
        while (Queue.TryDequeue(out var handle))
            Shim.shim_free(handle);
    }
}
