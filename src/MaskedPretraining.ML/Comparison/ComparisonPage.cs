using System.Globalization;
using System.Net;
using System.Text;

namespace MaskedPretraining.ML.Comparison;

/// <summary>A comparison's table as a page that needs nothing else.</summary>
internal static class ComparisonPage
{
    private const string Style = """
        body{font-family:sans-serif;margin:2em;color:#222;background:#fff}
        .wide{overflow-x:auto}
        table{border-collapse:collapse}
        td,th{padding:.4em .9em;border-bottom:1px solid #ccc;text-align:right;vertical-align:top}
        td{white-space:nowrap}
        thead th{vertical-align:bottom}
        td:first-child,th:first-child{text-align:left}
        thead tr:first-child th{border-bottom:none;text-align:center}
        th.first,td.first{border-left:1px solid #ccc}
        .best{font-weight:bold;background:#e6f3e6}
        .failed{color:#a00}
        small{display:block;color:#666;font-weight:normal}
        """;

    public static string Write(ComparisonTable table, string title)
    {
        var html = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Encode(title)}</title><style>{Style}</style></head><body><h1>{Encode(title)}</h1><div class=\"wide\"><table><thead><tr><th></th>");
        foreach (var data in table.Columns.GroupBy(column => column.DataSet))
        {
            html.Append(CultureInfo.InvariantCulture, $"<th class=\"first\" colspan=\"{data.Count()}\">{Encode(data.Key)}</th>");
        }

        html.Append("</tr><tr><th>encoder</th>");
        AppendCells(html, table, column => ("th", "", Encode(column.Protocol)));
        html.Append("</tr></thead><tbody>");
        foreach (string encoder in table.Encoders)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(encoder)}</td>");
            AppendCells(html, table, column => Cell(table[encoder, column]));
            html.Append("</tr>");
        }

        html.Append("</tbody></table></div><p>Percent: mean ± standard deviation over seeds and encoders of a name; (95 %): confidence interval over draws. Marked: the best of a column. Below: seconds of a measurement, features not counted.</p>");
        return AppendFailures(html, table).Append("</body></html>\n").ToString();
    }

    private static void AppendCells(StringBuilder html, ComparisonTable table, Func<(string DataSet, string Protocol), (string Tag, string Style, string Contents)> cellOf)
    {
        string? last = null;
        foreach (var column in table.Columns)
        {
            var (tag, style, contents) = cellOf(column);
            string edge = column.DataSet == last ? "" : "first";
            html.Append(CultureInfo.InvariantCulture, $"<{tag} class=\"{$"{edge} {style}".Trim()}\">{contents}</{tag}>");
            last = column.DataSet;
        }
    }

    private static (string Tag, string Style, string Contents) Cell(ComparisonEntry? entry)
    {
        string style = entry switch { { IsBest: true } => "best", { Runs: 0 } => "failed", _ => "" };
        string seconds = entry is { Runs: > 0 } ? string.Create(CultureInfo.InvariantCulture, $"<small>{entry.Seconds:0.00} s</small>") : "";
        return ("td", style, Encode(ComparisonTable.TextOf(entry)) + seconds);
    }

    private static StringBuilder AppendFailures(StringBuilder html, ComparisonTable table)
    {
        if (table.Failures.Count == 0)
        {
            return html;
        }

        html.Append("<h2>Failed</h2><ul>");
        foreach (var cell in table.Failures)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{Encode($"{cell.Encoder} on {cell.DataSet}, {cell.Protocol}{(cell.Seed is { } seed ? $", seed {seed}" : "")}")}: <span class=\"failed\">{Encode(cell.Failure!)}</span></li>");
        }

        return html.Append("</ul>");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
