using System.Runtime.InteropServices;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>Settings of this process that only the C library can change: .NET's own environment does not reach native libraries. Linux only; each says what it did.</summary>
internal static partial class NativeProcess
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    // Above any activation: no block gets its own mapping, none of the heap goes back.
    private const int Largest = 2_000_000_000;

    /// <summary>Tells OpenMP, before it is loaded, to let idle threads sleep.</summary>
    public static string WaitPassively()
    {
        string? chosen = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? Environment.GetEnvironmentVariable("GOMP_SPINCOUNT");
        if (chosen is not null)
        {
            return $"{chosen} (environment)";
        }

        if (IsLoaded("/libgomp"))
        {
            return "left alone (libtorch was loaded before)";
        }

        return Set("OMP_WAIT_POLICY", "passive") ? "sleep" : "left alone";
    }

    /// <summary>Keeps freed memory in the heap.</summary>
    public static string KeepFreedMemory() =>
        Try(() => ChangeMalloc(MmapThreshold, Largest) == 1 && ChangeMalloc(TrimThreshold, Largest) == 1) ? "kept" : "left alone";

    /// <summary>Sets a variable of the environment that native libraries see.</summary>
    public static bool Set(string name, string value) => Try(() => SetEnvironment(name, value, 1) == 0);

    /// <summary>Whether a file whose path contains <paramref name="name"/> is mapped into this process.</summary>
    public static bool IsLoaded(string name) => PathOf(name) is not null;

    /// <summary>The path of a file that is mapped into this process and whose path contains <paramref name="name"/>; null if there is none.</summary>
    public static string? PathOf(string name)
    {
        try
        {
            var line = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains(name, StringComparison.Ordinal));
            return line?[line.IndexOf('/', StringComparison.Ordinal)..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A C library other than glibc may lack a function; then things stay as they are.
    private static bool Try(Func<bool> change)
    {
        try
        {
            return change();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int ChangeMalloc(int parameter, int value);
}
