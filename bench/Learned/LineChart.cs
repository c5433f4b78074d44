using System.Globalization;
using System.Text;

namespace MaskedPretraining.Bench.Learned;

/// <summary>A chart of a few lines as an SVG file: what a quantity did over a run.</summary>
/// <param name="title">Above the chart.</param>
/// <param name="yLabel">What is drawn.</param>
/// <param name="xLabel">Over what.</param>
internal sealed class LineChart(string title, string yLabel, string xLabel)
{
    private const double Width = 640, Height = 360, Left = 60, Right = 150, Top = 36, Bottom = 46;
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];
    private readonly List<(string Name, double[] Values, double[] Spread)> _lines = [];

    /// <summary>Adds a line.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="runs">Its runs, each with as many points; drawn are their mean and, as a band, one standard deviation.</param>
    public void Add(string name, IReadOnlyList<double[]> runs)
    {
        int points = runs.Min(run => run.Length);
        double[] means = [.. Enumerable.Range(0, points).Select(point => runs.Average(run => run[point]))];
        double[] spread = [.. Enumerable.Range(0, points).Select(point => Math.Sqrt(runs.Sum(run => Math.Pow(run[point] - means[point], 2)) / Math.Max(runs.Count - 1, 1)))];
        _lines.Add((name, means, spread));
    }

    /// <summary>Writes the chart.</summary>
    public void Save(string path)
    {
        double least = _lines.Min(line => line.Values.Zip(line.Spread, (value, spread) => value - spread).Min());
        double greatest = _lines.Max(line => line.Values.Zip(line.Spread, (value, spread) => value + spread).Max());
        double margin = Math.Max(0.05 * (greatest - least), 1e-3);
        (least, greatest) = (least - margin, greatest + margin);
        int points = _lines.Max(line => line.Values.Length);
        var svg = new StringBuilder();
        svg.AppendLine(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\">"));
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        svg.AppendLine(Invariant($"<text x=\"{Left}\" y=\"20\" font-size=\"14\">{title}</text>"));
        svg.AppendLine(Invariant($"<text x=\"{Left + ((Width - Left - Right) / 2)}\" y=\"{Height - 10}\" text-anchor=\"middle\">{xLabel}</text>"));
        svg.AppendLine(Invariant($"<text transform=\"translate(14 {Top + ((Height - Top - Bottom) / 2)}) rotate(-90)\" text-anchor=\"middle\">{yLabel}</text>"));
        for (int tick = 0; tick <= 4; tick++)
        {
            double value = least + ((greatest - least) * tick / 4);
            svg.AppendLine(Invariant($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value)}\" y2=\"{Y(value)}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(value) + 4}\" text-anchor=\"end\">{value:0.000}</text>"));
            double point = 1 + ((points - 1) * tick / 4.0);
            svg.AppendLine(Invariant($"<text x=\"{X(point - 1)}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{point:0.#}</text>"));
        }

        for (int line = 0; line < _lines.Count; line++)
        {
            var (name, values, spread) = _lines[line];
            string color = Colors[line % Colors.Length];
            var upper = values.Select((value, point) => Invariant($"{X(point):0.0},{Y(value + spread[point]):0.0}"));
            var lower = values.Select((value, point) => Invariant($"{X(point):0.0},{Y(value - spread[point]):0.0}")).Reverse();
            svg.AppendLine(Invariant($"<polygon points=\"{string.Join(' ', upper.Concat(lower))}\" fill=\"{color}\" fill-opacity=\"0.15\"/>"));
            svg.AppendLine(Invariant($"<polyline points=\"{string.Join(' ', values.Select((value, point) => Invariant($"{X(point):0.0},{Y(value):0.0}")))}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>"));
            svg.AppendLine(Invariant($"<text x=\"{Width - Right + 8}\" y=\"{Top + 16 + (20 * line)}\" fill=\"{color}\">{name}</text>"));
        }

        svg.AppendLine("</svg>");
        File.WriteAllText(path, svg.ToString());

        double X(double point) => Left + ((Width - Left - Right) * point / Math.Max(points - 1, 1));
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - least) / (greatest - least));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
