using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MaskedPretraining.Rules;

[TestClass]
public sealed partial class PerformancePageTests
{
    private const int FewestRows = 15;

    /// <summary>A row <c>| `measurement` | figure | ... [file.json](...) |</c> of docs/performance.md has a figure that the benchmark kept under that name, in as many digits as it shows.</summary>
    [TestMethod]
    public void Tables_OfPerformancePage_ShowKeptFigures()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md"));
        int rows = 0;
        foreach (Match row in Row().Matches(page))
        {
            rows++;
            string file = row.Groups["file"].Value, name = row.Groups["name"].Value, shown = row.Groups["figure"].Value.Replace(",", "", StringComparison.Ordinal);
            int decimals = shown.Contains('.', StringComparison.Ordinal) ? shown.Length - shown.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
            Assert.Contains(shown, Kept(file, name).Select(value => value.ToString($"F{decimals}", CultureInfo.InvariantCulture)), $"docs/performance.md, '{name}': no such figure in bench/results/{file}.");
        }

        Assert.IsGreaterThanOrEqualTo(FewestRows, rows, "docs/performance.md has lost rows of its tables.");
    }

    // A name may stand there twice, over another baseline each.
    private static double[] Kept(string file, string name)
    {
        using var content = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "bench", "results", file)));
        return
        [
            .. content.RootElement.GetProperty("measurements").EnumerateArray()
                .Where(measurement => measurement.GetProperty("name").GetString() == name)
                .Select(measurement => measurement.GetProperty("value").GetDouble()),
        ];
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<figure>[\d.,]+) \|.*\]\(\.\./bench/results/(?<file>[\w-]+\.json)\) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
