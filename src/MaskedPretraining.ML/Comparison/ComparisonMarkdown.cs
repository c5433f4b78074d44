using System.Globalization;
using System.Text;

namespace MaskedPretraining.ML.Comparison;

/// <summary>A comparison's table as Markdown.</summary>
internal static class ComparisonMarkdown
{
    public static string Write(ComparisonTable table)
    {
        var text = new StringBuilder();
        Append(text, table, entry => entry is { IsBest: true } ? $"**{ComparisonTable.TextOf(entry)}**" : ComparisonTable.TextOf(entry));
        text.Append("\nPercent: mean ± standard deviation over seeds and encoders of a name; (95 %): confidence interval over draws. Bold: the best of a column.\n\nSeconds of a measurement, features not counted:\n\n");
        Append(text, table, entry => entry is null or { Runs: 0 } ? "–" : entry.Seconds.ToString("0.00", CultureInfo.InvariantCulture));
        if (table.Failures.Count > 0)
        {
            text.Append("\nFailed:\n\n");
            foreach (var cell in table.Failures)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {Escape(cell.Encoder)} on {Escape(cell.DataSet)}, {Escape(cell.Protocol)}{(cell.Seed is { } seed ? $", seed {seed}" : "")}: {Escape(cell.Failure!)}\n");
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ComparisonTable table, Func<ComparisonEntry?, string> textOf)
    {
        Line(text, table.Columns.Select(column => Escape($"{column.DataSet}: {column.Protocol}")).Prepend("encoder"));
        Line(text, table.Columns.Select(_ => "---:").Prepend("---"));
        foreach (string encoder in table.Encoders)
        {
            Line(text, table.Columns.Select(column => textOf(table[encoder, column])).Prepend(Escape(encoder)));
        }
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Escape(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
