using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tensors;

/// <summary>
/// Brings a few numbers of each step from a device without keeping it from working: the copy into page-locked memory is queued behind what makes them, and whoever wants to know them looks whether they have
/// arrived. Asking libtorch for them would wait for all that is queued by then, the next step included.
/// </summary>
internal sealed unsafe class LateNumbers : IDisposable
{
    // A NaN that no arithmetic makes stands where nothing has arrived.
    private const uint Absent = 0x7FC0_57AB;

    // A step that takes longer than this does not mind being waited for; after an error of the device nothing ever arrives, and waiting for the device tells it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Device _device;
    private readonly Tensor[] _places;
    private int _sent;

    /// <param name="device">Where the numbers are made.</param>
    /// <param name="count">Numbers sent at a time.</param>
    /// <param name="underWay">How often numbers may be sent before the first are waited for.</param>
    public LateNumbers(Device device, int count, int underWay)
    {
        _device = device;
        _places = [.. Enumerable.Range(0, underWay).Select(_ => PageLocked.Empty(count, ScalarType.Float32, device))];
    }

    /// <summary>Sends numbers on their way.</summary>
    /// <param name="numbers">Single precision, as many as announced.</param>
    /// <returns>Waits for them; to be called once, before as many others are sent as may be under way.</returns>
    public Func<float[]> Send(Tensor numbers)
    {
        int number = _sent++;
        var place = _places[number % _places.Length];
        MemoryMarshal.Cast<byte, uint>(place.bytes).Fill(Absent);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        place.copy_(numbers, nonBlocking: true);
        return () => Wait(place, number);
    }

    public void Dispose()
    {
        foreach (var place in _places)
        {
            place.Dispose();
        }
    }

    private float[] Wait(Tensor place, int number)
    {
        if (number == _sent - 1 && _device.type == DeviceType.CUDA)
        {
            // Nothing is queued behind them that could be kept from starting.
            cuda.synchronize(_device);
        }

        uint* bits = (uint*)TensorMemory.AddressOf(place);
        var numbers = new float[place.numel()];
        long start = Stopwatch.GetTimestamp();
        var spinner = default(SpinWait);
        for (int i = 0; i < numbers.Length; i++)
        {
            uint found;
            while ((found = Volatile.Read(ref bits[i])) == Absent)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience && _device.type == DeviceType.CUDA)
                {
                    cuda.synchronize(_device);
                    start = Stopwatch.GetTimestamp();
                }

                spinner.SpinOnce();
            }

            numbers[i] = BitConverter.UInt32BitsToSingle(found);
        }

        GC.KeepAlive(place);
        return numbers;
    }
}
