using Build.Setup;

namespace Build.Targets;

/// <summary>Runs one benchmark of bench/.</summary>
internal static class BenchTarget
{
    public static int Run(string[] arguments)
    {
        DependencySource.Prepare();
        return Compile.AndRun("bench/Bench.csproj", arguments);
    }
}
