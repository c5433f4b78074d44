using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tensors;

/// <summary>
/// Brings what a step needs to a device without waiting: values are copied into page-locked memory, from which the device fetches them behind the work that is queued already. There are two sets of
/// page-locked buffers, which steps use in turns: before a step begins, the one before the last must have ended.
/// </summary>
/// <param name="device">Where to.</param>
internal sealed class StagedUploads(Device device) : IDisposable
{
    private readonly List<Tensor>[] _sets = [[], []];
    private int _turn;
    private int _next;

    /// <summary>Starts a step.</summary>
    public void Begin() => (_turn, _next) = (1 - _turn, 0);

    /// <summary>Sends numbers on their way.</summary>
    /// <param name="values">The elements, row-major; free again when this returns.</param>
    /// <param name="type">The element type that <typeparamref name="T"/> stands for.</param>
    /// <param name="shape">Sizes.</param>
    /// <returns>A tensor of the device, to be used by what is queued after it.</returns>
    public Tensor From<T>(ReadOnlySpan<T> values, ScalarType type, params long[] shape)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = BufferFor(values.Length, type).narrow(0, 0, values.Length);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        return host.to(device, copy: true, non_blocking: true).view(shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var buffer in _sets.SelectMany(set => set))
        {
            buffer.Dispose();
        }
    }

    // The buffer with the same place in the step before the last, which most often has the size needed.
    private Tensor BufferFor(long count, ScalarType type)
    {
        var set = _sets[_turn];
        int place = _next++;
        if (place == set.Count)
        {
            set.Add(PageLocked.Empty(count, type, device));
        }
        else if (set[place].numel() < count || set[place].dtype != type)
        {
            set[place].Dispose();
            set[place] = PageLocked.Empty(count, type, device);
        }

        return set[place];
    }
}
