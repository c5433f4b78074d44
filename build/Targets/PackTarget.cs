using Build.Setup;

namespace Build.Targets;

/// <summary>Makes the NuGet packages.</summary>
internal static class PackTarget
{
    public static int Run(string[] arguments)
    {
        DependencySource.Prepare();
        string output = Path.Combine(Repository.Artifacts, "packages");
        foreach (string project in Repository.Projects("src", "*.csproj"))
        {
            Tool.Require("dotnet", ["pack", project, "--configuration", Compile.Configuration, "--output", output, "--nologo", "--verbosity", "quiet", .. arguments]);
        }

        foreach (string package in Directory.EnumerateFiles(output).Order(StringComparer.Ordinal))
        {
            Console.WriteLine($"{Path.GetFileName(package)}  {new FileInfo(package).Length / 1024} KiB");
        }

        if (DependencySource.Read() != "Packages")
        {
            Console.WriteLine("Packed from build/compat: good for looking at, not for publishing. Publish what is packed where the feed has the real packages.");
        }

        return 0;
    }
}
