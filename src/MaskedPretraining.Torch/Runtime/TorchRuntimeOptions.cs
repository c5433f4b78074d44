using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>How this process runs libtorch on the CPU. Results do not depend on any of it except <see cref="Threads"/>, which may move the last bits.</summary>
public sealed class TorchRuntimeOptions
{
    /// <summary>Threads that share one tensor operation.</summary>
    /// <value>0 to 1024. Default 0: one a physical core that this process may use; OMP_NUM_THREADS wins if it is set.</value>
    public int Threads { get; set; }

    /// <summary>
    /// Whether idle worker threads sleep rather than spin (OMP_WAIT_POLICY=passive). Spinning workers of one library take the cores from those of another: with two cores and OpenBLAS's pthread
    /// build training takes twice as long. Linux only; a value of the variable set by the user wins.
    /// </summary>
    /// <value>Default true.</value>
    public bool PassiveWaiting { get; set; } = true;

    /// <summary>
    /// Whether memory that tensors free stays with the process for the next tensors, rather than going back to the system and being cleared page by page at the next step (mallopt). About 10 %
    /// of a training step. Linux with glibc only.
    /// </summary>
    /// <value>Default true.</value>
    public bool KeepFreedMemory { get; set; } = true;

    /// <summary>
    /// Whether OpenBLAS, where it does not know this processor, is told to use the kernels for what the processor can do (OPENBLAS_CORETYPE). Without it products on a processor that is newer than
    /// the library run at a fifth of their speed. Linux on x64 only; a value of the variable set by the user wins.
    /// </summary>
    /// <value>Default true.</value>
    public bool ChooseBlasKernels { get; set; } = true;

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Threads is >= 0 and <= 1024, nameof(Threads), Threads, "lie between 0 (one a physical core) and 1024");
    }
}
