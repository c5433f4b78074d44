using Build.Setup;

namespace Build.Targets;

/// <summary>Runs golden cases.</summary>
internal static class GoldenTarget
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length != 1 || !Directory.Exists(arguments[0]))
        {
            throw new BuildException("golden needs one argument, a folder of golden cases that exists: golden DIR");
        }

        DependencySource.Prepare();
        return Compile.AndRun("tests/Golden/Golden.csproj", [Path.GetFullPath(arguments[0])]);
    }
}
