using System.Globalization;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>Reads versions such as <c>2.10.0</c>, <c>2.7.1.0</c>, <c>2.6.0+cu124</c> and <c>1.13.0a0</c>: what a libtorch can do is decided by its version, as asking it for what it lacks may end the process.</summary>
internal static class LibtorchVersion
{
    /// <summary>Whether a version is at least <paramref name="major"/>.<paramref name="minor"/>; false if it cannot be read.</summary>
    public static bool IsAtLeast(string version, int major, int minor)
    {
        string[] parts = version.Split('.', '+');
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int second)
            && (first, second).CompareTo((major, minor)) >= 0;
    }
}
