namespace Build.Setup;

/// <summary>Compiles build/compat's native half against the libtorch at hand.</summary>
internal static class TorchShim
{
    /// <summary>A libtorch folder named by the user (for instance inside a PyTorch installation), or null for the system's.</summary>
    public static string? Libtorch => Environment.GetEnvironmentVariable("LIBTORCH") is { Length: > 0 } folder ? folder : null;

    public static void Prepare()
    {
    }
}
