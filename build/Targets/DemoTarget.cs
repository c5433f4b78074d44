using Build.Setup;

namespace Build.Targets;

/// <summary>The main job: pre-train, probe, save, load in a fresh process, show.</summary>
internal static class DemoTarget
{
    public static int Run(string[] arguments)
    {
        DependencySource.Prepare();
        // The fresh process that loads the saved model: built first, so that the demo only starts it.
        Compile.Project(Path.Combine(Repository.Root, "samples/LoadInBox/LoadInBox.csproj"));
        string[] output = arguments.Contains("--output") ? [] : ["--output", Path.Combine(Repository.Artifacts, "demo")];
        return Compile.AndRun("samples/Demo/Demo.csproj", [.. arguments, .. output]);
    }
}
