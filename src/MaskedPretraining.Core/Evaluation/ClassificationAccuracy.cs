namespace MaskedPretraining.Core.Evaluation;

/// <summary>Shares of right answers.</summary>
public static class ClassificationAccuracy
{
    /// <summary>Share of predictions that equal their labels.</summary>
    /// <param name="predictions">Predicted classes, <c>[n]</c>.</param>
    /// <param name="labels">True classes, <c>[n]</c>.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static double TopOne(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        CheckCount(predictions.Length, labels.Length);
        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            right += predictions[i] == labels[i] ? 1 : 0;
        }

        return (double)right / labels.Length;
    }

    /// <summary>Share of rows whose true class is among the k with the greatest scores; an equal score of a lower class goes first.</summary>
    /// <param name="scores">Scores, <c>[n, classes]</c> row by row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labels">True classes, <c>[n]</c>.</param>
    /// <param name="k">How many are looked at, at least 1.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit or are 0.</exception>
    public static double TopK(ReadOnlySpan<float> scores, int classes, ReadOnlySpan<int> labels, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        CheckCount(scores.Length / classes, labels.Length);
        int right = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            right += RankOf(scores.Slice(row * classes, classes), labels[row]) < k ? 1 : 0;
        }

        return (double)right / labels.Length;
    }

    private static int RankOf(ReadOnlySpan<float> scores, int label)
    {
        int rank = 0;
        for (int other = 0; other < scores.Length; other++)
        {
            rank += scores[other] > scores[label] || (scores[other] == scores[label] && other < label) ? 1 : 0;
        }

        return rank;
    }

    private static void CheckCount(int predictions, int labels)
    {
        if (predictions != labels || labels == 0)
        {
            throw new ArgumentException($"Accuracy needs one prediction for each of at least 1 label, but there are {predictions} predictions and {labels} labels.");
        }
    }
}
