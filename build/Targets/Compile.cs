namespace Build.Targets;

/// <summary>Compilation, always in release: the tests and the demo spend their time in arithmetic.</summary>
internal static class Compile
{
    public const string Configuration = "Release";

    /// <summary>Builds every project.</summary>
    public static void Solution(string[] arguments) => Project(Repository.Solution, arguments);

    /// <summary>Builds one project and what it needs.</summary>
    public static void Project(string path, params string[] arguments)
    {
        Console.WriteLine($"Building {Path.GetFileNameWithoutExtension(path)} ...");
        // Unlike dotnet build, which always ends with a summary, this shows errors and nothing else.
        Tool.Require("dotnet", ["msbuild", path, "-restore", $"-property:Configuration={Configuration}", "-nologo", "-verbosity:quiet", .. arguments]);
    }

    /// <summary>Builds a program and runs it with arguments, in the caller's folder.</summary>
    public static int AndRun(string project, string[] arguments)
    {
        string path = Path.Combine(Repository.Root, project);
        Project(path);
        return Tool.Run("dotnet", ["run", "--project", path, "--configuration", Configuration, "--no-build", "--", .. arguments], Environment.CurrentDirectory);
    }
}
