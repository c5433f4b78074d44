using System.Globalization;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Kernels;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>Sets this process up for libtorch, once, before its first tensor. Everything in this library that makes tensors starts it; call <see cref="Start"/> yourself to choose otherwise.</summary>
public static class TorchRuntime
{
    private static readonly Lock Guard = new();
    private static string? s_description;

    /// <summary>What was chosen, in one line to print or log; starts the runtime if nothing has.</summary>
    public static string Description
    {
        get
        {
            EnsureStarted();
            return s_description!;
        }
    }

    /// <summary>Threads that share one tensor operation, and cores that share a training step. libtorch's own number changes while single-threaded work is under way.</summary>
    internal static int Threads { get; private set; } = 1;

    /// <summary>Sets the process up. Comes before the first tensor: libtorch reads its environment when it is loaded.</summary>
    /// <param name="options">What to choose.</param>
    /// <exception cref="InvalidOptionsException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The runtime was started before.</exception>
    public static void Start(TorchRuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(TorchRuntimeOptions));
        lock (Guard)
        {
            if (s_description is not null)
            {
                throw new InvalidOperationException($"The torch runtime of this process is already started ({s_description}). Call TorchRuntime.Start before anything that trains or runs a network.");
            }

            s_description = SetUp(options);
        }
    }

    /// <summary>Starts the runtime with the defaults unless it was started.</summary>
    internal static void EnsureStarted()
    {
        if (Volatile.Read(ref s_description) is not null)
        {
            return;
        }

        lock (Guard)
        {
            s_description ??= SetUp(new TorchRuntimeOptions());
        }
    }

    /// <summary>Whether there is a CUDA device, as far as is known: false before the start, since asking loads libtorch.</summary>
    internal static bool SeesCuda => Volatile.Read(ref s_description) is not null && cuda.is_available();

    /// <summary>Lets CUDA multiply single-precision matrices with TensorFloat-32: 10 bits of each factor, sums in single precision, several times as fast. As PyTorch's own training scripts do.</summary>
    internal static void AllowTensorFloat32()
    {
        backends.cuda.matmul.allow_tf32 = true;
        backends.cudnn.allow_tf32 = true;
    }

    private static string SetUp(TorchRuntimeOptions options)
    {
        string waiting = "left alone", memory = "left alone", kernels = "left alone";
        if (OperatingSystem.IsLinux())
        {
            waiting = options.PassiveWaiting ? NativeProcess.WaitPassively() : waiting;
            kernels = options.ChooseBlasKernels ? BlasKernels.Choose() : kernels;
            memory = options.KeepFreedMemory ? NativeProcess.KeepFreedMemory() : memory;
        }

        var (threads, reason) = ThreadsOf(options.Threads);
        Threads = threads;
        set_num_threads(threads);
        return string.Create(CultureInfo.InvariantCulture, $"libtorch {__version__}, {threads} threads ({reason}), idle threads: {waiting}, freed memory: {memory}, BLAS kernels: {kernels}, products in blocks: {Multiplier()}");
    }

    private static string Multiplier() => (OneDnn.HasSingle, OneDnn.HasBFloat16) switch
    {
        (true, true) => "oneDNN",
        (true, false) => "oneDNN in single precision, libtorch in bfloat16",
        (false, true) => "libtorch in single precision, oneDNN in bfloat16",
        _ => "libtorch",
    };

    private static (int Count, string Reason) ThreadsOf(int wanted)
    {
        if (wanted > 0)
        {
            return (wanted, "chosen");
        }

        return int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out int fromEnvironment) && fromEnvironment > 0
            ? (fromEnvironment, "OMP_NUM_THREADS")
            : (PhysicalCores.Count(), "one a core");
    }
}
