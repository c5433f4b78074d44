using System.Xml.Linq;

namespace Build.Setup;

/// <summary>Packages where the feed has them, build/compat where it does not: probed once, written where every project reads it.</summary>
internal static class DependencySource
{
    private const string Packages = "Packages";
    private const string Compat = "Compat";

    private static string ChoiceFile => Path.Combine(Repository.Artifacts, "DependencySource.props");

    /// <summary>Makes the choice if none is made yet, prepares what it needs, and says in one line what it is.</summary>
    public static void Prepare()
    {
        string choice = Read() is { } earlier ? Say(earlier, "chosen earlier; delete artifacts/DependencySource.props to choose again") : Probe();
        if (choice == Compat)
        {
            CompatSetup.Prepare();
        }
    }

    /// <summary>What is chosen, or null.</summary>
    public static string? Read() =>
        File.Exists(ChoiceFile) ? XDocument.Load(ChoiceFile).Descendants("DependencySource").FirstOrDefault()?.Value : null;

    private static string Probe()
    {
        string folder = Path.Combine(Repository.Artifacts, "feed-probe");
        Directory.CreateDirectory(folder);
        // Empty neighbours keep the repository's own settings away from the probe.
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, name), "<Project />");
        }

        string project = Path.Combine(folder, "FeedProbe.csproj");
        File.WriteAllText(project, """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageDownload Include="Microsoft.ML" Version="[5.0.0]" /><PackageDownload Include="TorchSharp" Version="[0.106.0]" /></ItemGroup>
            </Project>
            """);
        Console.WriteLine("Asking the package feed for Microsoft.ML and TorchSharp ...");
        bool hasPackages = Tool.Run("dotnet", ["restore", project, "--verbosity", "quiet"], onLine: _ => { }) == 0;
        string choice = hasPackages ? Packages : Compat;
        File.WriteAllText(ChoiceFile, $"<Project><PropertyGroup><DependencySource>{choice}</DependencySource></PropertyGroup></Project>\n");
        return Say(choice, hasPackages ? "the feed has Microsoft.ML and TorchSharp" : "the feed does not give Microsoft.ML and TorchSharp, so the subsets in build/compat stand in for them");
    }

    private static string Say(string choice, string why)
    {
        Console.WriteLine($"Dependencies: {choice} ({why}).");
        return choice;
    }
}
