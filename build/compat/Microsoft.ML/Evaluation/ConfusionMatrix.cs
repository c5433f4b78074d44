using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    /// <param name="counts">A row for each true class, a column for each assigned one.</param>
    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        _names = names;
        Counts = counts;
        NumberOfClasses = counts.Length;
        PerClassPrecision = [.. Enumerable.Range(0, counts.Length).Select(index => Share(counts[index][index], counts.Sum(row => row[index])))];
        PerClassRecall = [.. Enumerable.Range(0, counts.Length).Select(index => Share(counts[index][index], counts[index].Sum()))];
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses { get; }

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        Checks.That((uint)predictedClassIndicatorIndex < (uint)NumberOfClasses, nameof(predictedClassIndicatorIndex), "Invalid index");
        Checks.That((uint)actualClassIndicatorIndex < (uint)NumberOfClasses, nameof(actualClassIndicatorIndex), "Invalid index");
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable()
    {
        int width = Math.Max(6, _names.Max(name => name.Length));
        var text = new StringBuilder();
        text.Append("TRUTH".PadRight(width)).Append(" ||").Append(string.Concat(_names.Select(name => $" {name.PadLeft(width)} |"))).AppendLine(" Recall");
        for (int i = 0; i < NumberOfClasses; i++)
        {
            text.Append(_names[i].PadRight(width)).Append(" ||");
            foreach (double count in Counts[i])
                text.Append(CultureInfo.InvariantCulture, $" {count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(width)} |");
            text.AppendLine(CultureInfo.InvariantCulture, $" {PerClassRecall[i]:F4}");
        }
        text.Append("Precision".PadRight(width)).Append(" ||");
        foreach (double precision in PerClassPrecision)
            text.Append(CultureInfo.InvariantCulture, $" {precision.ToString("F4", CultureInfo.InvariantCulture).PadLeft(width)} |");
        return text.AppendLine().ToString();
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
