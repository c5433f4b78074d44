using System.Globalization;

namespace MaskedPretraining.Golden;

/// <summary>Compares a result with the expected one. Returns what is wrong, or null.</summary>
internal static class GoldenComparer
{
    /// <summary>Compares real numbers within a tolerance. NaN agrees with NaN, infinity with itself.</summary>
    public static string? Compare(string tensor, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, Tolerance tolerance)
    {
        double largest = 0;
        foreach (double value in expected)
        {
            largest = double.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : largest;
        }

        double limit = tolerance.Absolute + tolerance.Relative * largest;
        long allowed = tolerance.Outliers?.In(expected.Length) ?? 0;
        long outliers = 0;
        int worst = -1;
        double worstError = 0;
        double worstLimit = limit;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Difference(actual[i], expected[i]);
            double own = LimitOf(tensor, i, limit, tolerance);
            if (error <= own)
            {
                continue;
            }

            if (tolerance.Outliers is { } allowance && error <= allowance.Absolute && ++outliers <= allowed)
            {
                continue;
            }

            if (worst < 0 || error > worstError)
            {
                (worst, worstError, worstLimit) = (i, error, own);
            }
        }

        string outlierText = allowed > 0 ? $", {outliers} of {allowed} allowed outliers" : "";
        return worst < 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{tensor}: worst element {worst} is {actual[worst]:R} instead of {expected[worst]:R}, difference {worstError:G4}, limit {worstLimit:G4}{outlierText}");
    }

    /// <summary>Compares integers; bytes may differ by grey levels.</summary>
    public static string? Compare(string tensor, ReadOnlySpan<long> actual, ReadOnlySpan<long> expected, long limit)
    {
        int worst = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(actual[i] - expected[i]) > limit && (worst < 0 || Math.Abs(actual[i] - expected[i]) > Math.Abs(actual[worst] - expected[worst])))
            {
                worst = i;
            }
        }

        return worst < 0 ? null : $"{tensor}: worst element {worst} is {actual[worst]} instead of {expected[worst]}, limit {limit}";
    }

    private static double LimitOf(string tensor, int index, double limit, Tolerance tolerance)
    {
        foreach (var range in tolerance.Exempt)
        {
            if (range.Holds(tensor, index))
            {
                return range.Absolute;
            }
        }

        return limit;
    }

    private static double Difference(double actual, double expected)
    {
        if (actual.Equals(expected))
        {
            return 0;
        }

        double difference = Math.Abs(actual - expected);
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }
}
