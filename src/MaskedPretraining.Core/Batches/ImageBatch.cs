namespace MaskedPretraining.Core.Batches;

/// <summary>A batch of images as bytes, patch by patch. Its buffers are pinned and go back to their loader on <see cref="Dispose"/>; do not touch them afterwards.</summary>
public class ImageBatch : IDisposable
{
    private readonly int[] _samples;
    private Action<ImageBatch>? _giveBack;

    internal ImageBatch(int capacity, int imageLength)
    {
        _samples = new int[capacity];
        Patches = GC.AllocateUninitializedArray<byte>(checked(capacity * imageLength), pinned: true);
        Capacity = capacity;
    }

    /// <summary>Number of this batch in its epoch (or pass), from 0.</summary>
    public int Number { get; private set; }

    /// <summary>Images B in this batch, at most the loader's batch size.</summary>
    public int Count { get; private set; }

    /// <summary>Number of each image in the source, <c>[B]</c>.</summary>
    public ReadOnlySpan<int> Samples => _samples.AsSpan(0, Count);

    /// <summary>
    /// Pixels, <c>[B, N, P*P*C]</c> row-major, element <c>(y*P + x)*C + c</c> of a patch. Pinned. Longer than that only if <see cref="Count"/> is below the batch size.
    /// </summary>
    public byte[] Patches { get; }

    /// <summary>How long it was waited for: the time between asking for it and having it; zero if it was ready.</summary>
    public TimeSpan Waited { get; internal set; }

    internal int Capacity { get; }

    internal void Open(int number, ReadOnlySpan<int> samples, Action<ImageBatch> giveBack)
    {
        Number = number;
        Count = samples.Length;
        samples.CopyTo(_samples);
        _giveBack = giveBack;
    }

    /// <summary>Gives the buffers back to the loader.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _giveBack, null)?.Invoke(this);
        GC.SuppressFinalize(this);
    }
}
