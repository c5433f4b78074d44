namespace Build.Setup;

/// <summary>Installs the system libraries that are missing.</summary>
internal static class DebianPackages
{
    /// <summary>Installs what is missing; asks nothing and does nothing if all is there.</summary>
    public static void Prepare()
    {
        List<string> needed = ["libturbojpeg0", "libpng16-16"];
        if (TorchShim.Libtorch is null)
        {
            // The OpenMP build of OpenBLAS: the pthread build fights with libtorch's own threads.
            needed.AddRange(["libtorch-dev", "libopenblas0-openmp"]);
        }

        if (!Tool.Exists("g++"))
        {
            needed.Add("g++");
        }

        if (!Tool.Exists("npm"))
        {
            needed.Add("npm");
        }

        string[] missing = [.. needed.Where(name => !IsInstalled(name))];
        if (missing.Length == 0)
        {
            return;
        }

        string command = $"apt-get install -y --no-install-recommends {string.Join(' ', missing)}";
        if (!Tool.Exists("apt-get"))
        {
            throw new BuildException($"this system lacks {string.Join(", ", missing)} (Debian's names); install them, or name a libtorch folder in the variable LIBTORCH.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new BuildException($"packages are missing; run as root: {command}");
        }

        Console.WriteLine($"Installing {string.Join(", ", missing)} ...");
        var quiet = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        Tool.Require("apt-get", ["update", "-qq"], environment: quiet);
        Tool.Require("apt-get", ["install", "-y", "-qq", "--no-install-recommends", .. missing], onLine: _ => { }, environment: quiet);
    }

    private static bool IsInstalled(string package)
    {
        bool installed = false;
        return Tool.Run("sh", ["-c", "dpkg-query -W -f='${Status}\\n' \"$0\" 2>/dev/null", package], onLine: line => installed |= line.EndsWith("ok installed", StringComparison.Ordinal)) == 0 && installed;
    }
}
