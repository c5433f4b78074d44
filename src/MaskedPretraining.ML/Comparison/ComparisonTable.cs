using System.Globalization;
using MaskedPretraining.Core.Evaluation.FewLabels;

namespace MaskedPretraining.ML.Comparison;

/// <summary>Cells gathered into a table: encoders as rows, protocols on data sets as columns, in the order in which they occur.</summary>
internal sealed class ComparisonTable
{
    public ComparisonTable(IReadOnlyList<ComparisonCell> cells)
    {
        Encoders = [.. cells.Select(cell => cell.Encoder).Distinct()];
        Columns = [.. cells.Select(cell => (cell.DataSet, cell.Protocol)).Distinct()];
        Failures = [.. cells.Where(cell => cell.Failure is not null)];
        var groups = cells.ToLookup(cell => (cell.Encoder, cell.DataSet, cell.Protocol));
        var best = Columns.ToDictionary(column => column, column => BestOf([.. Encoders.Select(encoder => MeanOf(groups[(encoder, column.DataSet, column.Protocol)]))]));
        Entries = [.. from encoder in Encoders
                      from column in Columns
                      let measured = groups[(encoder, column.DataSet, column.Protocol)].ToList()
                      where measured.Count > 0
                      select EntryOf(measured, best[column])];
    }

    public IReadOnlyList<string> Encoders { get; }

    public IReadOnlyList<(string DataSet, string Protocol)> Columns { get; }

    public IReadOnlyList<ComparisonEntry> Entries { get; }

    public IReadOnlyList<ComparisonCell> Failures { get; }

    /// <summary>The entry of a row and a column; null if nothing was measured.</summary>
    public ComparisonEntry? this[string encoder, (string DataSet, string Protocol) column] =>
        Entries.FirstOrDefault(entry => entry.Encoder == encoder && entry.DataSet == column.DataSet && entry.Protocol == column.Protocol);

    /// <summary>What an entry says: mean in percent, and standard deviation or confidence interval if there is one.</summary>
    public static string TextOf(ComparisonEntry? entry)
    {
        if (entry is null or { Runs: 0 })
        {
            return entry is null ? "–" : "failed";
        }

        double spread = 100 * (double.IsNaN(entry.StandardDeviation) ? entry.HalfWidth : entry.StandardDeviation);
        string mark = double.IsNaN(entry.StandardDeviation) ? " (95 %)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{100 * entry.Mean:0.0}{(double.IsNaN(spread) ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {spread:0.0}{mark}"))}");
    }

    private static double MeanOf(IEnumerable<ComparisonCell> cells) => cells.Where(cell => cell.Failure is null).Select(cell => cell.Value).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The greatest mean; infinite if there are no two to choose from.</summary>
    private static double BestOf(double[] means)
    {
        double[] measured = [.. means.Where(double.IsFinite)];
        return measured.Length < 2 ? double.PositiveInfinity : measured.Max();
    }

    private static ComparisonEntry EntryOf(List<ComparisonCell> cells, double best)
    {
        List<ComparisonCell> done = [.. cells.Where(cell => cell.Failure is null)];
        double mean = MeanOf(cells);
        return new ComparisonEntry
        {
            Encoder = cells[0].Encoder,
            DataSet = cells[0].DataSet,
            Protocol = cells[0].Protocol,
            Runs = done.Count,
            Mean = mean,
            StandardDeviation = done.Count < 2 ? double.NaN : SampleSummary.Of([.. done.Select(cell => cell.Value)]).StandardDeviation,
            HalfWidth = done is [{ HalfWidth: { } width }] ? width : double.NaN,
            Seconds = done.Count == 0 ? double.NaN : done.Average(cell => cell.Seconds),
            IsBest = mean >= best,
            Failures = cells.Count - done.Count,
        };
    }
}
