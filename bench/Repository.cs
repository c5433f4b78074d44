namespace MaskedPretraining.Bench;

/// <summary>What lies in the repository that this program was built in, or beside it where it was published.</summary>
internal static class Repository
{
    /// <summary>A file or folder.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    /// <returns>Its full path; null if no folder above the program has it.</returns>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, path);
            if (Path.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
