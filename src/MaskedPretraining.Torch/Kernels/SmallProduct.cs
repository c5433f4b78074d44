using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Products of matrices that fit into the first-level cache, where calling a library costs more than the product.</summary>
internal static unsafe class SmallProduct
{
    /// <summary><c>c[i, j] = sum over k of a[i, k] b[k, j]</c>.</summary>
    /// <param name="a">Any strides.</param>
    /// <param name="rowStride">From a row of <paramref name="a"/> to the next.</param>
    /// <param name="columnStride">From a column of <paramref name="a"/> to the next.</param>
    /// <param name="b">Rows of <paramref name="bStride"/> numbers.</param>
    /// <param name="bStride">From a row to the next.</param>
    /// <param name="c">The result; not added to.</param>
    /// <param name="cStride">From a row to the next.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result, a multiple of the vector width.</param>
    /// <param name="inner">Columns of <paramref name="a"/>.</param>
    public static void Multiply(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int rows, int columns, int inner)
    {
        if (WideProduct.Suits(columns))
        {
            WideProduct.Multiply(a, rowStride, columnStride, b, bStride, c, cStride, rows, columns, inner);
            return;
        }

        int width = Vector<float>.Count;
        int row = 0;
        for (; row + 4 <= rows; row += 4, a += 4 * rowStride, c += 4 * cStride)
        {
            int j = 0;
            for (; j + (2 * width) <= columns; j += 2 * width)
            {
                FourByTwo(a, rowStride, columnStride, b + j, bStride, c + j, cStride, inner);
            }

            if (j < columns)
            {
                FourByOne(a, rowStride, columnStride, b + j, bStride, c + j, cStride, inner);
            }
        }

        for (; row < rows; row++, a += rowStride, c += cStride)
        {
            for (int j = 0; j < columns; j += width)
            {
                OneByOne(a, columnStride, b + j, bStride, c + j, inner);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByTwo(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int inner)
    {
        Vector<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            var left = Vector.Load(b);
            var right = Vector.Load(b + Vector<float>.Count);
            var x = new Vector<float>(a[ka]);
            c00 = Vector.FusedMultiplyAdd(x, left, c00);
            c01 = Vector.FusedMultiplyAdd(x, right, c01);
            x = new Vector<float>(a1[ka]);
            c10 = Vector.FusedMultiplyAdd(x, left, c10);
            c11 = Vector.FusedMultiplyAdd(x, right, c11);
            x = new Vector<float>(a2[ka]);
            c20 = Vector.FusedMultiplyAdd(x, left, c20);
            c21 = Vector.FusedMultiplyAdd(x, right, c21);
            x = new Vector<float>(a3[ka]);
            c30 = Vector.FusedMultiplyAdd(x, left, c30);
            c31 = Vector.FusedMultiplyAdd(x, right, c31);
        }

        SingleElement.Store(c, c00, c01);
        SingleElement.Store(c + cStride, c10, c11);
        SingleElement.Store(c + (2 * cStride), c20, c21);
        SingleElement.Store(c + (3 * cStride), c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByOne(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int inner)
    {
        Vector<float> c0 = default, c1 = default, c2 = default, c3 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            var x = Vector.Load(b);
            c0 = Vector.FusedMultiplyAdd(new Vector<float>(a[ka]), x, c0);
            c1 = Vector.FusedMultiplyAdd(new Vector<float>(a1[ka]), x, c1);
            c2 = Vector.FusedMultiplyAdd(new Vector<float>(a2[ka]), x, c2);
            c3 = Vector.FusedMultiplyAdd(new Vector<float>(a3[ka]), x, c3);
        }

        c0.Store(c);
        c1.Store(c + cStride);
        c2.Store(c + (2 * cStride));
        c3.Store(c + (3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne(float* a, int columnStride, float* b, int bStride, float* c, int inner)
    {
        Vector<float> sum = default;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            sum = Vector.FusedMultiplyAdd(new Vector<float>(a[ka]), Vector.Load(b), sum);
        }

        sum.Store(c);
    }
}
