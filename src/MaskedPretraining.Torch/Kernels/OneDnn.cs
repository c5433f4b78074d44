using System.Runtime.InteropServices;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>
/// oneDNN's own matrix products, where libtorch has brought oneDNN along as a library of its own (as Linux distributions do; where it is a part of libtorch nothing is found). They use all that the processor
/// has, whatever BLAS libtorch is linked to, and give bfloat16 products in single precision.
/// </summary>
internal static unsafe class OneDnn
{
    private const string File = "/libdnnl.so";
    private const string SingleName = "dnnl_sgemm";
    private const string BFloat16Name = "dnnl_gemm_bf16bf16f32";
    private const int Success = 0;
    private const ushort BFloat16One = 0x3F80;
    private static readonly nint Single = Find(SingleName);
    private static readonly nint BFloat16 = Find(BFloat16Name);

    /// <summary>Whether it multiplies single precision.</summary>
    public static bool HasSingle => Single != 0;

    /// <summary>Whether it multiplies bfloat16 on this processor.</summary>
    public static bool HasBFloat16 { get; } = BFloat16 != 0 && Tries();

    /// <summary><c>C = A B</c>, row-major, or added to what C holds.</summary>
    /// <param name="transposesLeft">Whether A lies transposed.</param>
    /// <param name="transposesRight">Whether B does.</param>
    /// <param name="rows">Of C.</param>
    /// <param name="columns">Of C.</param>
    /// <param name="inner">Columns of A.</param>
    /// <param name="a">Without gaps between rows, as all of them; float, or bfloat16 as ushort.</param>
    /// <param name="b">Of the same type.</param>
    /// <param name="adds">Whether to add.</param>
    /// <param name="c">The result.</param>
    public static void Multiply<T>(bool transposesLeft, bool transposesRight, long rows, long columns, long inner, T* a, T* b, bool adds, float* c)
        where T : unmanaged
    {
        int status = Call(typeof(T) == typeof(float) ? Single : BFloat16, transposesLeft, transposesRight, rows, columns, inner, a, b, adds, c);
        if (status != Success)
        {
            throw new InvalidOperationException($"oneDNN refused a product of [{rows}, {inner}] and [{inner}, {columns}] with status {status}.");
        }
    }

    private static int Call(nint function, bool transposesLeft, bool transposesRight, long rows, long columns, long inner, void* a, void* b, bool adds, float* c)
    {
        // dnnl_sgemm (seen in oneDNN 2.6) keeps data where the frame of a signal goes, and damages the heap when one of .NET's garbage collection comes.
        using var held = new SignalsHeld();
        return ((delegate* unmanaged<byte, byte, long, long, long, float, void*, long, void*, long, float, float*, long, int>)function)(
            Letter(transposesLeft), Letter(transposesRight), rows, columns, inner, 1, a, transposesLeft ? rows : inner, b, transposesRight ? inner : columns, adds ? 1 : 0, c, columns);
    }

    private static byte Letter(bool transposes) => transposes ? (byte)'T' : (byte)'N';

    private static nint Find(string function) =>
        NativeProcess.PathOf(File) is { } path && NativeLibrary.TryLoad(path, out nint library) && NativeLibrary.TryGetExport(library, function, out nint address) ? address : 0;

    private static bool Tries()
    {
        ushort one = BFloat16One;
        float product = 0;
        return Call(BFloat16, transposesLeft: false, transposesRight: false, 1, 1, 1, &one, &one, adds: false, &product) == Success && product == 1;
    }
}
