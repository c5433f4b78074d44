using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>
/// Which of its kernels OpenBLAS uses. A processor newer than the library gets the oldest ones, without AVX: products then run at a fifth of their speed. Such a processor is
/// named to it by what it can do. Linux on x64 only; of no effect where libtorch multiplies with another library.
/// </summary>
internal static unsafe class BlasKernels
{
    private const string Library = "libopenblas.so.0";
    private const string Variable = "OPENBLAS_CORETYPE";

    // What OpenBLAS calls kernels that know neither AVX2 nor AVX-512.
    private static readonly string[] WithoutAvx2 = ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Atom", "Nano", "Unknown"];

    /// <summary>Lets OpenBLAS use this processor, and says what it will.</summary>
    public static string Choose()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } chosen)
        {
            return $"{chosen} (environment)";
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || NativeProcess.IsLoaded("/libopenblas") || Detected() is not { } detected)
        {
            return "left alone";
        }

        return WithoutAvx2.Contains(detected, StringComparer.OrdinalIgnoreCase) && Suitable() is { } suitable && NativeProcess.Set(Variable, suitable)
            ? $"{suitable} (instead of {detected})"
            : detected;
    }

    /// <summary>What OpenBLAS would take this processor for; it is loaded for the question and let go again, as it looks at the variable only when it is loaded.</summary>
    private static string? Detected()
    {
        if (!NativeLibrary.TryLoad(Library, out nint library))
        {
            return null;
        }

        try
        {
            return NativeLibrary.TryGetExport(library, "openblas_get_corename", out nint name)
                ? Marshal.PtrToStringAnsi(((delegate* unmanaged<nint>)name)())
                : null;
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    private static string? Suitable()
    {
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
        {
            return "SkylakeX";
        }

        return Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;
    }
}
