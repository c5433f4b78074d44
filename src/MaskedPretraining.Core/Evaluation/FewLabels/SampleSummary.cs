namespace MaskedPretraining.Core.Evaluation.FewLabels;

/// <summary>Mean and spread of repeated measurements.</summary>
/// <param name="Count">Measurements n.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation, n - 1 in the denominator; 0 for a single one, which says nothing about the spread.</param>
public sealed record SampleSummary(int Count, double Mean, double StandardDeviation)
{
    // Two-sided 95 % quantiles of Student's distribution for 1 to 30 degrees of freedom.
    private static readonly double[] StudentQuantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Half the width of the 95 % confidence interval of the mean: Student's quantile times the standard deviation by the root of n. 0 for a single measurement.</summary>
    /// <remarks>Few-shot papers often take 1.96 for the quantile whatever n is; with five draws that is too narrow by a third.</remarks>
    public double ConfidenceHalfWidth => Count < 2 ? 0 : Quantile(Count - 1) * StandardDeviation / Math.Sqrt(Count);

    /// <summary>Summarises measurements.</summary>
    /// <param name="values">At least one.</param>
    public static SampleSummary Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new SampleSummary(values.Count, mean, values.Count < 2 ? 0 : Math.Sqrt(squares / (values.Count - 1)));
    }

    private static double Quantile(int freedom)
    {
        const double Z = 1.959964;
        // Beyond the table the first terms of the Cornish-Fisher expansion are exact to three decimals.
        return freedom <= StudentQuantiles.Length
            ? StudentQuantiles[freedom - 1]
            : Z + ((Math.Pow(Z, 3) + Z) / (4.0 * freedom)) + (((5 * Math.Pow(Z, 5)) + (16 * Math.Pow(Z, 3)) + (3 * Z)) / (96.0 * freedom * freedom));
    }
}
