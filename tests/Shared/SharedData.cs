namespace MaskedPretraining.Tests;

/// <summary>Finds the folder <c>shared</c> with golden cases and data that may lie in or beside the repository; tests that need it do nothing without it.</summary>
internal static class SharedData
{
    /// <summary>A folder or file under <c>shared</c>.</summary>
    /// <param name="relativePath">Path with forward slashes, for example <c>data/natural/val</c>.</param>
    /// <returns>Its full path; null if it is not there, after saying so on the console.</returns>
    public static string? Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", relativePath);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        Console.WriteLine($"shared/{relativePath} is not there; nothing was tested.");
        return null;
    }
}
