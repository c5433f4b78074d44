namespace MaskedPretraining.Bench.Results;

/// <summary>Where figures are kept.</summary>
internal static class ResultsFolder
{
    private const string InRepository = "bench/results";

    /// <summary><c>bench/results</c> of the repository that this program was built in; outside of one a folder <c>results</c> here.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, InRepository);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Path.GetFullPath("results");
    }
}
