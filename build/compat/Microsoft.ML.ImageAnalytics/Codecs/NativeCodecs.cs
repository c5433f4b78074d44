using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.ImageAnalytics;

/// <summary>Finds the machine's libjpeg-turbo and libpng under the names that systems give them.</summary>
internal static class NativeCodecs
{
    public const string TurboJpeg = "turbojpeg";
    public const string Png = "png16";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeCodecs).Assembly, Resolve);
        return true;
    });

    public static void Register() => _ = Registered.Value;

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string[] candidates = name == TurboJpeg
            ? ["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib", "turbojpeg.dll", "libturbojpeg.dll"]
            : ["libpng16.so.16", "libpng16.so", "libpng16.dylib", "libpng16.dll"];
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out IntPtr handle))
                return handle;
        }
        string package = name == TurboJpeg ? "libturbojpeg0" : "libpng16-16";
        throw new DllNotFoundException($"None of {string.Join(", ", candidates)} was found: install libjpeg-turbo and libpng (Debian, Ubuntu: apt install {package})");
    }
}
