using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Torch.Kernels;

/// <summary><see cref="SmallProduct"/> with the vectors of AVX-512, of which <see cref="System.Numerics.Vector{T}"/> takes half.</summary>
internal static unsafe class WideProduct
{
    /// <summary>Rows of a tile: with two vectors a row, sums enough to keep the multipliers busy.</summary>
    private const int TileRows = 8;

    /// <summary>Whether it can multiply.</summary>
    /// <param name="columns">Columns of the result.</param>
    public static bool Suits(int columns) => Vector512.IsHardwareAccelerated && columns % Vector512<float>.Count == 0;

    /// <inheritdoc cref="SmallProduct.Multiply"/>
    public static void Multiply(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int rows, int columns, int inner)
    {
        int width = Vector512<float>.Count;
        int row = 0;
        for (; row + TileRows <= rows; row += TileRows, a += TileRows * rowStride, c += TileRows * cStride)
        {
            int j = 0;
            for (; j + (2 * width) <= columns; j += 2 * width)
            {
                EightByTwo(a, rowStride, columnStride, b + j, bStride, c + j, cStride, inner);
            }

            if (j < columns)
            {
                EightByOne(a, rowStride, columnStride, b + j, bStride, c + j, cStride, inner);
            }
        }

        for (; row < rows; row++, a += rowStride, c += cStride)
        {
            int j = 0;
            for (; j + (4 * width) <= columns; j += 4 * width)
            {
                OneByFour(a, columnStride, b + j, bStride, c + j, inner);
            }

            for (; j < columns; j += width)
            {
                OneByOne(a, columnStride, b + j, bStride, c + j, inner);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByTwo(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int inner)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride, a6 = a5 + rowStride, a7 = a6 + rowStride;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            var left = Vector512.Load(b);
            var right = Vector512.Load(b + Vector512<float>.Count);
            Add(a + ka, left, right, ref c00, ref c01);
            Add(a1 + ka, left, right, ref c10, ref c11);
            Add(a2 + ka, left, right, ref c20, ref c21);
            Add(a3 + ka, left, right, ref c30, ref c31);
            Add(a4 + ka, left, right, ref c40, ref c41);
            Add(a5 + ka, left, right, ref c50, ref c51);
            Add(a6 + ka, left, right, ref c60, ref c61);
            Add(a7 + ka, left, right, ref c70, ref c71);
        }

        Store(c, c00, c01);
        Store(c += cStride, c10, c11);
        Store(c += cStride, c20, c21);
        Store(c += cStride, c30, c31);
        Store(c += cStride, c40, c41);
        Store(c += cStride, c50, c51);
        Store(c += cStride, c60, c61);
        Store(c + cStride, c70, c71);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByOne(float* a, int rowStride, int columnStride, float* b, int bStride, float* c, int cStride, int inner)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride, a6 = a5 + rowStride, a7 = a6 + rowStride;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            var x = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[ka]), x, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[ka]), x, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[ka]), x, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[ka]), x, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a4[ka]), x, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a5[ka]), x, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a6[ka]), x, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a7[ka]), x, c7);
        }

        c0.Store(c);
        c1.Store(c += cStride);
        c2.Store(c += cStride);
        c3.Store(c += cStride);
        c4.Store(c += cStride);
        c5.Store(c += cStride);
        c6.Store(c += cStride);
        c7.Store(c + cStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByFour(float* a, int columnStride, float* b, int bStride, float* c, int inner)
    {
        int width = Vector512<float>.Count;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            Add(a + ka, Vector512.Load(b), Vector512.Load(b + width), ref c0, ref c1);
            Add(a + ka, Vector512.Load(b + (2 * width)), Vector512.Load(b + (3 * width)), ref c2, ref c3);
        }

        Store(c, c0, c1);
        Store(c + (2 * width), c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne(float* a, int columnStride, float* b, int bStride, float* c, int inner)
    {
        Vector512<float> sum = default;
        for (int k = 0, ka = 0; k < inner; k++, ka += columnStride, b += bStride)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a[ka]), Vector512.Load(b), sum);
        }

        sum.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* a, Vector512<float> left, Vector512<float> right, ref Vector512<float> leftSum, ref Vector512<float> rightSum)
    {
        var x = Vector512.Create(*a);
        leftSum = Vector512.FusedMultiplyAdd(x, left, leftSum);
        rightSum = Vector512.FusedMultiplyAdd(x, right, rightSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> left, Vector512<float> right)
    {
        left.Store(c);
        right.Store(c + Vector512<float>.Count);
    }
}
