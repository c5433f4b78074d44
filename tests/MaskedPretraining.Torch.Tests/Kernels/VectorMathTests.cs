using System.Numerics;
using MaskedPretraining.Torch.Kernels;

namespace MaskedPretraining.Torch.Tests.Kernels;

[TestClass]
public sealed class VectorMathTests
{
    // Two units in the last place of single precision.
    private const double ExpTolerance = 2.4e-7;

    // 7.5e-8 of the formula for Phi, times |x| up to 8, and rounding.
    private const double GeluTolerance = 8e-7;

    [TestMethod]
    public void Exp_FromTinyToHuge_IsGoodToTheLastBits()
    {
        for (float x = -80; x <= 87; x += 0.0173f)
        {
            double expected = Math.Exp(x);
            Assert.AreEqual(1, VectorMath.Exp(new Vector<float>(x))[0] / expected, ExpTolerance, $"exp({x})");
        }

        Assert.IsLessThan(1e-34f, VectorMath.Exp(new Vector<float>(float.NegativeInfinity))[0]);
    }

    [TestMethod]
    public void Gelu_ValueAndDerivative_MatchDoublePrecision()
    {
        for (float x = -8; x <= 8; x += 0.0137f)
        {
            double phi = NormalDistribution(x);
            float value = VectorMath.Gelu(new Vector<float>(x), out var derivative)[0];
            Assert.AreEqual(x * phi, value, GeluTolerance, $"GELU({x})");
            Assert.AreEqual(phi + (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI)), derivative[0], GeluTolerance, $"GELU'({x})");
        }
    }

    /// <summary>Phi by its series around 0, exact enough up to 8 in double precision.</summary>
    private static double NormalDistribution(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 300; n++)
        {
            term *= x * x / ((2 * n) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }
}
