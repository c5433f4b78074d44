using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MaskedPretraining.Torch.Tests.Runtime;

/// <summary>A signal that harms nobody, sent to one thread.</summary>
[SupportedOSPlatform("linux")]
internal static partial class WindowSignal
{
    /// <summary>Its number.</summary>
    public const int Number = 28;

    /// <summary>The thread that calls, to send to.</summary>
    [LibraryImport("libc", EntryPoint = "pthread_self")]
    public static partial nint ThisThread();

    /// <summary>Has it handled by the runtime, which interrupts the thread it came to.</summary>
    public static PosixSignalRegistration Handle(Action? handler = null) => PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context =>
    {
        context.Cancel = true;
        handler?.Invoke();
    });

    /// <summary>Sends it to a thread that still runs.</summary>
    public static void Send(nint thread) => Assert.AreEqual(0, Kill(thread, Number));

    [LibraryImport("libc", EntryPoint = "pthread_kill")]
    private static partial int Kill(nint thread, int signal);
}
