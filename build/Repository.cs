using System.Runtime.CompilerServices;

namespace Build;

/// <summary>Where things lie in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), ".."));

    public static string Solution => Path.Combine(Root, "MaskedPretraining.ML.sln");

    public static string Artifacts => Path.Combine(Root, "artifacts");

    public static string Native => Path.Combine(Artifacts, "native");

    /// <summary>The projects below a folder, in a stable order.</summary>
    public static IReadOnlyList<string> Projects(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
