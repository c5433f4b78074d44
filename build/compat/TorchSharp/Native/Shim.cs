using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The functions of torch_shim.cpp. All arguments are blittable; negative counts and null handles mean that <see cref="Error"/> has a message.</summary>
internal static unsafe partial class Shim
{
    private const string Library = "TorchShim";

    [LibraryImport(Library)] private static partial byte* shim_error();
    [LibraryImport(Library)] private static partial byte* shim_version();
    [LibraryImport(Library)] private static partial nint shim_find(byte* name, byte* overload);
    [LibraryImport(Library)] public static partial int shim_invoke(nint op, Slot* args, int count, Slot* results, int capacity);
    [LibraryImport(Library)] public static partial void shim_free(nint handle);
    [LibraryImport(Library)] public static partial void shim_free_list(nint list);
    [LibraryImport(Library)] public static partial nint shim_alias(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int shim_dtype(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long shim_device(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial long shim_numel(nint handle);
    [LibraryImport(Library), SuppressGCTransition] public static partial int shim_dim(nint handle);
    [LibraryImport(Library)] public static partial long shim_size(nint handle, long dim);
    [LibraryImport(Library), SuppressGCTransition] public static partial void shim_sizes(nint handle, long* sizes);
    [LibraryImport(Library), SuppressGCTransition] public static partial void shim_strides(nint handle, long* strides);
    [LibraryImport(Library), SuppressGCTransition] public static partial int shim_is_contiguous(nint handle);
    [LibraryImport(Library)] public static partial nint shim_data(nint handle);
    [LibraryImport(Library)] public static partial nint shim_from_blob(nint data, long* sizes, int dims, int dtype, nint context, delegate* unmanaged<nint, void> release);
    [LibraryImport(Library)] public static partial int shim_requires_grad(nint handle);
    [LibraryImport(Library)] public static partial int shim_set_requires_grad(nint handle, int value);
    [LibraryImport(Library)] public static partial int shim_is_leaf(nint handle);
    [LibraryImport(Library)] public static partial int shim_grad(nint handle, nint* result);
    [LibraryImport(Library)] public static partial int shim_set_grad(nint handle, nint value);
    [LibraryImport(Library)] public static partial int shim_backward(nint* roots, int count, nint* gradients, int gradientCount, int retain, int create, nint* inputs, int inputCount);
    [LibraryImport(Library)] public static partial int shim_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retain, int create, int allowUnused, nint* results);
    [LibraryImport(Library)] public static partial int shim_grad_mode(int enabled);
    [LibraryImport(Library)] public static partial nint shim_inference_enter(int enabled);
    [LibraryImport(Library)] public static partial void shim_inference_leave(nint guard);
    [LibraryImport(Library)] public static partial int shim_inference_enabled();
    [LibraryImport(Library)] public static partial int shim_threads();
    [LibraryImport(Library)] public static partial int shim_set_threads(int count);
    [LibraryImport(Library)] public static partial int shim_interop_threads();
    [LibraryImport(Library)] public static partial int shim_set_interop_threads(int count);
    [LibraryImport(Library)] public static partial int shim_cuda_count();
    [LibraryImport(Library)] public static partial int shim_cuda_synchronize(int index);
    [LibraryImport(Library)] public static partial int shim_allow_tf32(int which, int value);
    [LibraryImport(Library)] private static partial nint shim_compile(byte* source);
    [LibraryImport(Library)] public static partial void shim_compile_free(nint unit);
    [LibraryImport(Library)] private static partial int shim_compile_invoke(nint unit, byte* name, Slot* args, int count, Slot* results, int capacity);
    [LibraryImport(Library)] public static partial int shim_manual_seed(long seed);
    [LibraryImport(Library)] public static partial nint shim_generator_new(ulong seed, long device);
    [LibraryImport(Library)] public static partial void shim_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] public static partial void shim_generator_free(nint generator);

    /// <summary>The message of the last failure on this thread.</summary>
    public static string Error => Marshal.PtrToStringUTF8((nint)shim_error()) ?? "libtorch failed without a message";

    public static string Version => Marshal.PtrToStringUTF8((nint)shim_version())!;

    public static nint Find(string name, string overload)
    {
        fixed (byte* n = Utf8(name), o = Utf8(overload))
            return Check(shim_find(n, o));
    }

    public static nint Compile(string source)
    {
        fixed (byte* text = Utf8(source))
            return Check(shim_compile(text));
    }

    public static int Invoke(nint unit, string name, Slot* args, int count, Slot* results, int capacity)
    {
        fixed (byte* n = Utf8(name))
            return Check(shim_compile_invoke(unit, n, args, count, results, capacity));
    }

    public static int Check(int result) => result >= 0 ? result : throw new ExternalException(Error);

    public static nint Check(nint handle) => handle != 0 ? handle : throw new ExternalException(Error);

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text + "\0");
}
