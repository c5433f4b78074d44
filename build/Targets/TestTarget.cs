using System.Globalization;
using System.Text.RegularExpressions;
using Build.Setup;

namespace Build.Targets;

/// <summary>Builds the solution and runs every test project.</summary>
internal static partial class TestTarget
{
    public static int Run(string[] arguments)
    {
        DependencySource.Prepare();
        return RunAll(DependencySource.Read() == "Compat", arguments);
    }

    /// <summary>Builds and tests; extra arguments go to both (for example <c>-p:DependencySource=Packages</c>).</summary>
    public static int RunAll(bool withCompat, string[] arguments)
    {
        Compile.Solution(arguments);
        int passed = 0;
        int failed = 0;
        foreach (string project in Repository.Projects("tests", "*.Tests.csproj"))
        {
            // The tests of build/compat need it built, so the solution leaves them out.
            if (Path.GetFileName(project).StartsWith("Compat.", StringComparison.Ordinal))
            {
                if (!withCompat)
                {
                    continue;
                }

                Compile.Project(project, arguments);
            }

            Console.WriteLine($"Testing {Path.GetFileNameWithoutExtension(project)} ...");
            bool counted = false;
            int code = Tool.Run("dotnet", ["test", project, "--configuration", Compile.Configuration, "--no-build", "--nologo", .. arguments], onLine: line =>
            {
                Console.WriteLine(line);
                if (Summary().Match(line) is { Success: true } match)
                {
                    counted = true;
                    failed += int.Parse(match.Groups["failed"].Value, CultureInfo.InvariantCulture);
                    passed += int.Parse(match.Groups["passed"].Value, CultureInfo.InvariantCulture);
                }
            });
            if (!counted || (code != 0 && failed == 0))
            {
                // A test host that crashed, or a project without tests, must not pass for green.
                Console.WriteLine($"{Path.GetFileNameWithoutExtension(project)} ended with exit code {code} and {(counted ? "a" : "no")} summary.");
                failed++;
            }
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    [GeneratedRegex(@"Failed:\s+(?<failed>\d+), Passed:\s+(?<passed>\d+), Skipped:")]
    private static partial Regex Summary();
}
