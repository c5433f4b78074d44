namespace Build.Setup;

/// <summary>What build/compat needs besides the .NET SDK: libtorch and image codecs of the system, ONNX Runtime from npm, the compiled torch shim.</summary>
internal static class CompatSetup
{
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new BuildException("build/compat runs on Linux. On this system use a package feed that has Microsoft.ML and TorchSharp (the public gallery has both).");
        }

        Directory.CreateDirectory(Repository.Native);
        DebianPackages.Prepare();
        OnnxRuntimePackage.Prepare();
        TorchShim.Prepare();
    }
}
