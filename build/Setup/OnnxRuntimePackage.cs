using System.Formats.Tar;
using System.IO.Compression;

namespace Build.Setup;

/// <summary>ONNX Runtime's C# sources and native libraries, from the npm package that carries both.</summary>
internal static class OnnxRuntimePackage
{
    private const string Package = "com.github.asus4.onnxruntime@0.4.9";

    public static void Prepare()
    {
        string target = Path.Combine(Repository.Native, "onnxruntime");
        string stamp = Path.Combine(target, "package.txt");
        if (File.Exists(stamp) && File.ReadAllText(stamp) == Package)
        {
            return;
        }

        Console.WriteLine("Fetching ONNX Runtime (npm) ...");
        string download = Path.Combine(Repository.Artifacts, "npm");
        Directory.CreateDirectory(download);
        string archive = "";
        Tool.Require("npm", ["pack", Package, "--silent"], download, line => archive = line.Trim());
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(target);
        using (var compressed = File.OpenRead(Path.Combine(download, archive)))
        using (var tar = new GZipStream(compressed, CompressionMode.Decompress))
        {
            TarFile.ExtractToDirectory(tar, target, overwriteFiles: true);
        }

        File.WriteAllText(stamp, Package);
    }
}
