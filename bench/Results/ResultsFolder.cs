namespace MaskedPretraining.Bench.Results;

/// <summary>Where figures are kept.</summary>
internal static class ResultsFolder
{
    /// <summary><c>bench/results</c> of the repository that this program was built in; outside of one a folder <c>results</c> here.</summary>
    public static string Find() => Repository.Find("bench/results") ?? Path.GetFullPath("results");
}
