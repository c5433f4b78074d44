using MaskedPretraining.ML.Comparison;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>What a comparison measured, as a table with encoders as rows and protocols on data sets as columns.</summary>
public sealed class ComparisonResult
{
    private readonly MLContext _context;
    private readonly ComparisonTable _table;

    internal ComparisonResult(MLContext context, IReadOnlyList<ComparisonCell> cells, bool wasCancelled)
    {
        (_context, Cells, WasCancelled) = (context, cells, wasCancelled);
        _table = new ComparisonTable(cells);
    }

    /// <summary>Every measurement, in the order in which they were made.</summary>
    public IReadOnlyList<ComparisonCell> Cells { get; }

    /// <summary>The cells that failed, with the reason. They are not kept: the next run tries them again.</summary>
    public IEnumerable<ComparisonCell> Failures => Cells.Where(cell => cell.Failure is not null);

    /// <summary>Whether the comparison ended early.</summary>
    public bool WasCancelled { get; }

    /// <summary>The table's entries, row by row.</summary>
    public IReadOnlyList<ComparisonEntry> Entries => _table.Entries;

    /// <summary>The table's entries as rows: see <see cref="ComparisonEntry"/> for the columns.</summary>
    public IDataView ToDataView() => _context.Data.LoadFromEnumerable(Entries);

    /// <summary>The table as Markdown: mean in percent ± standard deviation, the best of a column in bold; a second table with seconds; failures.</summary>
    public string ToMarkdown() => ComparisonMarkdown.Write(_table);

    /// <summary>The table as a page that needs nothing else.</summary>
    /// <param name="title">Its title.</param>
    public string ToHtml(string title = "Comparison of encoders") => ComparisonPage.Write(_table, title);
}
