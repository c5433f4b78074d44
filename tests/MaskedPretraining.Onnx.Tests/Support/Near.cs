namespace MaskedPretraining.Onnx.Tests.Support;

/// <summary>Compares with a tolerance relative to the largest value expected.</summary>
internal static class Near
{
    /// <summary>Single precision through a few layers loses about 1e-6 of the largest value; an order of magnitude is left for other orders of summation.</summary>
    public const double Single = 1e-5;

    /// <summary>Scaling attention to 0..1 divides by its range, which magnifies rounding a few times.</summary>
    public const double Map = 5e-5;

    public static void Assert(IReadOnlyList<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.AreEqual(expected.Count, actual.Length, what);
        double largest = expected.Max(Math.Abs);
        for (int index = 0; index < actual.Length; index++)
        {
            if (!(Math.Abs(expected[index] - actual[index]) <= tolerance * largest))
            {
                Microsoft.VisualStudio.TestTools.UnitTesting.Assert.Fail($"{what}[{index}] is {actual[index]} instead of {expected[index]} (largest {largest}, tolerance {tolerance})");
            }
        }
    }
}
