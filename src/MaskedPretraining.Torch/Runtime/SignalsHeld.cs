using System.Runtime.InteropServices;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>
/// Keeps signals from this thread until disposed; those that arrive meanwhile are delivered then. For native functions that hold data below their stack pointer, where the frame of a
/// signal goes: .NET's runtime stops threads for its garbage collection with signals. It needs none while a thread is inside a native function, so that nothing waits. Linux only.
/// </summary>
internal readonly unsafe ref partial struct SignalsHeld
{
    // signal.h and the kernel's numbers, the same on x64 and arm64.
    private const int Replace = 2;
    private const int Words = 16;
    private const int Illegal = 4, Trap = 5, Abort = 6, Bus = 7, FloatingPoint = 8, Segment = 11;

    // Those a thread brings on itself have to come through: held, they end the process without a word.
    private const ulong Held = ~(1UL << (Illegal - 1) | 1UL << (Trap - 1) | 1UL << (Abort - 1) | 1UL << (Bus - 1) | 1UL << (FloatingPoint - 1) | 1UL << (Segment - 1));

    private readonly SignalSet _before;

    /// <summary>Holds them.</summary>
    public SignalsHeld()
    {
        SignalSet set;
        set.Words[0] = Held;
        fixed (SignalSet* before = &_before)
        {
            // It fails for an unknown first argument only.
            _ = Change(Replace, &set, before);
        }
    }

    /// <summary>Lets them through again.</summary>
    public void Dispose()
    {
        fixed (SignalSet* before = &_before)
        {
            _ = Change(Replace, before, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    [SuppressGCTransition]
    private static partial int Change(int how, SignalSet* set, SignalSet* before);

    private struct SignalSet
    {
        public fixed ulong Words[SignalsHeld.Words];
    }
}
