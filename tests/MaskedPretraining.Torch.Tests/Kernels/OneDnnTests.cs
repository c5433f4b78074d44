using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tests.Runtime;

namespace MaskedPretraining.Torch.Tests.Kernels;

/// <summary>oneDNN's single-precision product keeps data where signals put theirs, and .NET's garbage collection sends signals. What goes wrong here ends the whole process.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class OneDnnTests
{
    private const int Threads = 2;

    private static readonly int[] Rows = [272, 1040, 136, 255, 520, 17, 65, 85];
    private static readonly (int Inputs, int Outputs)[] Layers = [(96, 288), (96, 96), (96, 384), (384, 96), (64, 192), (64, 64), (64, 256), (256, 64)];

    // Without SignalsHeld it takes a fraction of a second until the C library finds its heap damaged.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    [TestMethod]
    public void Multiply_WhileSignalsCome_IsNotDisturbed()
    {
        TorchRuntime.EnsureStarted();
        if (!OneDnn.HasSingle)
        {
            Assert.Inconclusive("There is no oneDNN for it here.");
        }

        using var handler = WindowSignal.Handle();
        using var stop = new CancellationTokenSource(Long);
        using var allSent = new ManualResetEventSlim();
        var handles = new nint[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(place => new Thread(() =>
        {
            handles[place] = WindowSignal.ThisThread();
            MultiplyUntil(stop.Token);
            allSent.Wait(); // no signal to a thread that is gone
        }))];
        Array.ForEach(threads, thread => thread.Start());
        SpinWait.SpinUntil(() => Array.TrueForAll(handles, handle => handle != 0));
        while (!stop.IsCancellationRequested)
        {
            Array.ForEach(handles, WindowSignal.Send);
            Thread.SpinWait(1000);
        }

        allSent.Set();
        Array.ForEach(threads, thread => thread.Join());
    }

    private static unsafe void MultiplyUntil(CancellationToken stop)
    {
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            int rows = Rows[turn % Rows.Length];
            var (inputs, outputs) = Layers[turn / Rows.Length % Layers.Length];

            // New memory each time: its neighbours in the heap are what a disturbed product writes to.
            float* x = Zeros(rows * inputs), w = Zeros(inputs * outputs), dy = Zeros(rows * outputs);
            float* y = Zeros(rows * outputs), dx = Zeros(rows * inputs), dw = Zeros(inputs * outputs);
            OneDnn.Multiply(transposesLeft: false, transposesRight: true, rows, outputs, inputs, x, w, adds: true, y);
            OneDnn.Multiply(transposesLeft: false, transposesRight: false, rows, inputs, outputs, dy, w, adds: false, dx);
            OneDnn.Multiply(transposesLeft: true, transposesRight: false, outputs, inputs, rows, dy, x, adds: true, dw);
            foreach (nint memory in (nint[])[(nint)x, (nint)w, (nint)dy, (nint)y, (nint)dx, (nint)dw])
            {
                NativeMemory.Free((void*)memory);
            }
        }
    }

    private static unsafe float* Zeros(int length) => (float*)NativeMemory.AllocZeroed((nuint)length, sizeof(float));
}
