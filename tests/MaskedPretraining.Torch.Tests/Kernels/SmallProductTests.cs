using System.Numerics;
using MaskedPretraining.Torch.Kernels;

namespace MaskedPretraining.Torch.Tests.Kernels;

[TestClass]
public sealed class SmallProductTests
{
    // Up to 65 products of numbers below 1.
    private const float Tolerance = 1e-5f;

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(17, 3, 64)]
    [DataRow(65, 9, 32)]
    [DataRow(4, 2, 5)]
    [DataRow(17, 4, 64)]
    [DataRow(65, 10, 32)]
    [DataRow(9, 14, 3)]
    public unsafe void Multiply_AnySizeAndBothDirections_MatchesLoops(int rows, int columnVectors, int inner)
    {
        int columns = columnVectors * Vector<float>.Count;
        var random = new Random(1);
        float[] a = [.. Enumerable.Range(0, rows * inner).Select(_ => random.NextSingle())];
        float[] b = [.. Enumerable.Range(0, inner * columns).Select(_ => random.NextSingle())];
        var plain = new float[rows * columns];
        var transposed = new float[rows * columns];
        float[] aTransposed = [.. Enumerable.Range(0, inner * rows).Select(i => a[(i % rows * inner) + (i / rows)])];
        fixed (float* pa = a, pb = b, pt = aTransposed, pc = plain, pd = transposed)
        {
            SmallProduct.Multiply(pa, inner, 1, pb, columns, pc, columns, rows, columns, inner);
            SmallProduct.Multiply(pt, 1, rows, pb, columns, pd, columns, rows, columns, inner);
        }

        for (int i = 0; i < rows * columns; i++)
        {
            double expected = 0;
            for (int k = 0; k < inner; k++)
            {
                expected += (double)a[(i / columns * inner) + k] * b[(k * columns) + (i % columns)];
            }

            Assert.AreEqual(expected, plain[i], Tolerance);
            Assert.AreEqual(plain[i], transposed[i]);
        }
    }
}
