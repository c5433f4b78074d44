using System.CommandLine;
using Build;
using Build.Targets;

var root = new RootCommand("Builds, tests and demonstrates MaskedPretraining.ML. Every target sets up what it needs.");
root.Add(Target("demo", "Pre-trains, probes, saves and reloads; arguments go to the demo (--images DIR --validation DIR ...).", DemoTarget.Run));
root.Add(Target("test", "Builds everything and runs all tests; ends with one line 'N passed, N failed'.", TestTarget.Run));
root.Add(Target("golden", "Runs every golden case under a folder: golden DIR.", GoldenTarget.Run));
root.Add(Target("bench", "Runs a benchmark: bench NAME; without a name it lists them.", BenchTarget.Run));
root.Add(Target("publish-bench", "Packs the GPU benchmark for machines that have PyTorch but no .NET.", PublishBenchTarget.Run));
root.Add(Target("pack", "Makes the NuGet packages in artifacts/packages.", PackTarget.Run));
root.Add(Target("verify-packages", "Builds and tests against the real packages of a feed folder: verify-packages FEED.", VerifyPackagesTarget.Run));
return root.Parse(args).Invoke();

static Command Target(string name, string description, Func<string[], int> run)
{
    var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
    command.SetAction(result =>
    {
        try
        {
            return run([.. result.UnmatchedTokens]);
        }
        catch (BuildException exception)
        {
            Console.Error.WriteLine($"build: {exception.Message}");
            return 1;
        }
    });
    return command;
}
