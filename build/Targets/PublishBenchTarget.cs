using System.Formats.Tar;
using System.IO.Compression;
using Build.Setup;

namespace Build.Targets;

/// <summary>
/// Makes a folder that measures the library on GPU machines with PyTorch but without .NET: the benchmarks with the runtime, the source of the bridge to libtorch, and <c>run.sh</c>, which compiles it against the
/// machine's own libtorch.
/// </summary>
internal static class PublishBenchTarget
{
    private const string Name = "masked-pretraining-bench";
    private const string Platform = "linux-x64";
    private const long LargestArchive = 60 << 20;

    // Nothing of ONNX is measured there, the bridge is compiled there, and nobody debugs.
    private static readonly string[] LeftOut = ["libonnxruntime*", "libTorchShim*", "*.pdb", "*.xml", "createdump", "libmscordaccore.so", "libmscordbi.so"];

    public static int Run(string[] arguments)
    {
        DependencySource.Prepare();
        if (DependencySource.Read() != "Compat")
        {
            // Whatever this machine builds from, a PyTorch installation is reached through build/compat.
            CompatSetup.Prepare();
        }

        string parent = Path.Combine(Repository.Artifacts, "publish-bench"), folder = Path.Combine(parent, Name), program = Path.Combine(folder, "app");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine($"Publishing the benchmarks for {Platform} ...");
        Tool.Require(
            "dotnet",
            ["publish", "bench/Bench.csproj", "--configuration", Compile.Configuration, "--runtime", Platform, "--self-contained", "--output", program, "--nologo", "--verbosity", "quiet", "-p:DependencySource=Compat", .. arguments]);
        foreach (string file in LeftOut.SelectMany(pattern => Directory.EnumerateFiles(program, pattern)))
        {
            File.Delete(file);
        }

        Copy("bench/Device/run.sh", Path.Combine(folder, "run.sh"));
        Copy("bench/pytorch/mae.py", Path.Combine(folder, "bench/pytorch/mae.py"));
        Copy("docs/gpu.md", Path.Combine(folder, "docs/gpu.md"));
        Copy("build/compat/TorchSharp/native/torch_shim.cpp", Path.Combine(folder, "shim/torch_shim.cpp"));
        string archive = Path.Combine(parent, Name + ".tar.gz");
        Pack(folder, archive);
        long size = new FileInfo(archive).Length;
        Console.WriteLine($"{Path.GetRelativePath(Repository.Root, archive)}  {size / 1048576.0:F1} MiB: unpack it on a GPU machine and start {Name}/run.sh.");
        return size <= LargestArchive ? 0 : throw new BuildException($"the archive is larger than {LargestArchive >> 20} MiB; leave out what the benchmark does not need.");
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(Repository.Root, source), target);
    }

    private static void Pack(string folder, string archive)
    {
        using var file = File.Create(archive);
        using var compressed = new GZipStream(file, CompressionLevel.SmallestSize);
        TarFile.CreateFromDirectory(folder, compressed, includeBaseDirectory: true);
    }
}
