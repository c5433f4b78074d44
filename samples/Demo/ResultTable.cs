using System.Globalization;
using Spectre.Console;

namespace Demo;

/// <summary>The results as a table on the console and in the page.</summary>
internal sealed class ResultTable(IReadOnlyList<string> tests)
{
    private readonly List<string[]> _rows = [];

    public string[] Header { get; } = ["encoder", .. tests.Select(test => $"probe {test}"), .. tests.Select(test => $"k-NN {test}"), "minutes", "images/s", "loss"];

    public IReadOnlyList<string[]> Rows => _rows;

    public void Add(TrainedEncoder encoder, Scores? scores)
    {
        string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
        string[] missing = [.. tests.Select(_ => "-")];
        bool isTrained = encoder.Transformer.Metrics.Count > 0;
        _rows.Add(
        [
            encoder.Name,
            .. scores?.ProbeAccuracy.Select(Percent) ?? missing,
            .. scores?.KnnAccuracy.Select(Percent) ?? missing,
            encoder.Time.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture),
            isTrained ? encoder.ImagesPerSecond.ToString("0", CultureInfo.InvariantCulture) : "-",
            isTrained ? encoder.Transformer.Metrics[^1].Loss.ToString("0.000", CultureInfo.InvariantCulture) : "-",
        ]);
    }

    public void Print()
    {
        var table = new Table();
        Array.ForEach(Header, name => table.AddColumn(name));
        _rows.ForEach(row => table.AddRow(row));
        AnsiConsole.Write(table);
    }
}
