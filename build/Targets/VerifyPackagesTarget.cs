namespace Build.Targets;

/// <summary>Builds and tests against the real packages, taken from a feed folder besides the machine's own sources.</summary>
internal static class VerifyPackagesTarget
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 1 || !Directory.Exists(arguments[0]))
        {
            throw new BuildException("verify-packages needs a feed folder that exists: verify-packages FEED");
        }

        string feed = Path.GetFullPath(arguments[0]);
        Console.WriteLine($"Dependencies: Packages (from {feed}).");
        // An artifacts folder of its own keeps the two sources apart. All properties reach every project on the command line.
        return TestTarget.RunAll(withCompat: false,
        [
            "-p:DependencySource=Packages",
            $"-p:RestoreAdditionalProjectSources={feed}",
            $"-p:ArtifactsPath={Path.Combine(Repository.Artifacts, "verify-packages")}",
            .. arguments[1..],
        ]);
    }
}
