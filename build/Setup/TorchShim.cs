using System.Security.Cryptography;
using System.Text;

namespace Build.Setup;

/// <summary>Compiles build/compat's native half against the libtorch at hand; build/compat/TorchSharp/native/README.md explains the flags.</summary>
internal static class TorchShim
{
    private const string Name = "libTorchShim.so";
    private const string SystemInclude = "/usr/include";

    // Newer libtorch keeps the numbers in a header of their own.
    private static readonly string[] VersionHeaders = ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"];

    /// <summary>A libtorch folder named by the user (for instance inside a PyTorch installation), or null for the system's.</summary>
    public static string? Libtorch => Environment.GetEnvironmentVariable("LIBTORCH") is { Length: > 0 } folder ? folder : null;

    public static void Prepare()
    {
        string source = Path.Combine(Repository.Root, "build/compat/TorchSharp/native/torch_shim.cpp");
        string output = Path.Combine(Repository.Native, Name);
        string version = VersionOf(Libtorch is null ? SystemInclude : Path.Combine(Libtorch, "include"));
        string[] flags = ["-O2", "-fPIC", "-shared", "-fvisibility=hidden", .. FlagsFor(Libtorch, version)];
        // Compiled again when the source, the flags or libtorch's version have changed.
        string state = Convert.ToHexString(SHA256.HashData([.. File.ReadAllBytes(source), .. Encoding.UTF8.GetBytes(string.Join(' ', [.. flags, version]))]));
        string stamp = output + ".txt";
        if (File.Exists(output) && File.Exists(stamp) && File.ReadAllText(stamp) == state)
        {
            return;
        }

        Console.WriteLine($"Compiling the torch shim against {Libtorch ?? "the system's libtorch"} ...");
        Tool.Require("g++", ["-w", source, "-o", output, .. flags]);
        File.WriteAllText(stamp, state);
    }

    private static string[] FlagsFor(string? libtorch, string version)
    {
        if (libtorch is null)
        {
            return ["-std=c++17", "-ltorch", "-ltorch_cpu", "-lc10"];
        }

        string include = Path.Combine(libtorch, "include");
        string libraries = Path.Combine(libtorch, "lib");
        string core = Path.Combine(libraries, "libc10.so");
        if (!Directory.Exists(include) || !File.Exists(core))
        {
            throw new BuildException($"LIBTORCH is {libtorch}, which lacks 'include' or 'lib/libc10.so'; name an unpacked libtorch or site-packages/torch of a PyTorch installation.");
        }

        // Older PyTorch wheels were built with the former layout of std::string, which shows in the mangled names.
        bool formerStrings = File.ReadAllBytes(core).AsSpan().IndexOf("SourceLocationESs"u8) >= 0;
        string[] cuda = File.Exists(Path.Combine(libraries, "libtorch_cuda.so")) ? ["-ltorch_cuda", "-lc10_cuda"] : [];
        return
        [
            NeedsNewerStandard(version) ? "-std=c++20" : "-std=c++17",
            $"-D_GLIBCXX_USE_CXX11_ABI={(formerStrings ? 0 : 1)}",
            $"-I{include}",
            $"-I{Path.Combine(include, "torch/csrc/api/include")}",
            $"-L{libraries}",
            $"-Wl,-rpath,{libraries}",
            "-Wl,--no-as-needed",
            .. cuda,
            "-ltorch",
            "-ltorch_cpu",
            "-lc10",
        ];
    }

    // The text of its headers with the numbers.
    private static string VersionOf(string include) => string.Join('\n', VersionHeaders.Select(header => Path.Combine(include, header)).Where(File.Exists).Select(File.ReadAllText));

    // libtorch 2.11 and later need C++20.
    private static bool NeedsNewerStandard(string versionHeader)
    {
        int Number(string name)
        {
            string line = versionHeader.Split('\n').FirstOrDefault(text => text.Contains($"define {name} ", StringComparison.Ordinal)) ?? "0";
            return int.TryParse(line.Split(' ')[^1].Trim(), out int number) ? number : 0;
        }

        return (Number("TORCH_VERSION_MAJOR"), Number("TORCH_VERSION_MINOR")).CompareTo((2, 11)) >= 0;
    }
}
