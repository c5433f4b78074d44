using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation.FewLabels;

/// <summary>Draws labelled rows of every class: a number (few shots) or a share (few labels).</summary>
/// <remarks>
/// The rows of a class are put into an order that depends on seed, draw and class alone, and the first of them are taken. So draws are nested: with the same seed and draw, 5 shots contain 1 shot, and 10 % contain 1 %.
/// Draws of different numbers are independent of each other and may share rows.
/// </remarks>
public static class LabeledSubset
{
    /// <summary>Draws the same number of rows of every class.</summary>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="classes">Number of classes; each needs at least <paramref name="shots"/> rows.</param>
    /// <param name="shots">Rows of a class, at least 1.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="draw">Number of the draw, from 0.</param>
    /// <param name="nameOf">What a class is called in messages; null: its number.</param>
    /// <returns>The rows in ascending order.</returns>
    /// <exception cref="InvalidDataException">Classes have fewer rows than shots; the message names them.</exception>
    public static int[] Shots(IReadOnlyList<int> labels, int classes, int shots, ulong seed, int draw, Func<int, string>? nameOf = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shots);
        var rows = RowsOf(labels, classes);
        string[] scarce = [.. rows.Select((own, label) => (own.Count, Name: nameOf?.Invoke(label) ?? $"{label}")).Where(pair => pair.Count < shots).Select(pair => $"'{pair.Name}' has {pair.Count}")];
        return scarce.Length == 0
            ? Take(rows, _ => shots, seed, draw)
            : throw new InvalidDataException($"{shots} shots need {shots} labelled images of every class, but {string.Join(", ", scarce.Take(10))}{(scarce.Length > 10 ? $" and {scarce.Length - 10} more classes too few" : "")}. Take fewer shots, or leave these classes out.");
    }

    /// <summary>Draws a share of the rows of every class (stratified), at least one each.</summary>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="classes">Number of classes. One without rows gives none.</param>
    /// <param name="share">Greater than 0 and at most 1. A class of n rows gives share times n, rounded (half up), and at least 1.</param>
    /// <param name="seed">The same seed gives the same draws.</param>
    /// <param name="draw">Number of the draw, from 0.</param>
    /// <returns>The rows in ascending order.</returns>
    public static int[] Share(IReadOnlyList<int> labels, int classes, double share, ulong seed, int draw)
    {
        if (share is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share must be greater than 0 and at most 1; 0.01 is one percent.");
        }

        return Take(RowsOf(labels, classes), count => Math.Min(count, Math.Max(1, (int)Math.Round(share * count, MidpointRounding.AwayFromZero))), seed, draw);
    }

    private static int[] Take(List<int>[] rows, Func<int, int> countOf, ulong seed, int draw)
    {
        var taken = new List<int>();
        for (int label = 0; label < rows.Length; label++)
        {
            int[] order = [.. rows[label]];
            new RandomStream(seed, RandomPurpose.LabeledSubset, draw, label).Shuffle(order.AsSpan());
            taken.AddRange(order.Take(countOf(order.Length)));
        }

        taken.Sort();
        return [.. taken];
    }

    private static List<int>[] RowsOf(IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        List<int>[] rows = [.. Enumerable.Range(0, classes).Select(_ => new List<int>())];
        for (int row = 0; row < labels.Count; row++)
        {
            rows[labels[row]].Add(row);
        }

        return rows;
    }
}
