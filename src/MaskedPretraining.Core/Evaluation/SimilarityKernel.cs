using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Inner products of a few rows with many, in tiles whose sums stay in registers.</summary>
internal static class SimilarityKernel
{
    /// <summary>Rows of the left side in a tile.</summary>
    public const int TileRows = 4;

    /// <summary>Rows of the right side in a tile; 4 x 3 sums and the loads fill sixteen registers.</summary>
    public const int TileColumns = 3;

    /// <summary>Rows are padded to a multiple of this.</summary>
    public const int Lanes = 8;

    /// <summary>Computes <c>products[i, j] = left row i . right row j</c>.</summary>
    /// <param name="left">Rows of <paramref name="stride"/> numbers; their number is a multiple of 4.</param>
    /// <param name="right">Rows of <paramref name="stride"/> numbers; their number is a multiple of 3.</param>
    /// <param name="stride">Numbers in a row, a multiple of 8.</param>
    /// <param name="products"><c>[left rows, right rows]</c>.</param>
    public static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int stride, Span<float> products)
    {
        int rows = left.Length / stride;
        int columns = right.Length / stride;
        for (int column = 0; column < columns; column += TileColumns)
        {
            for (int row = 0; row < rows; row += TileRows)
            {
                Tile(left.Slice(row * stride, TileRows * stride), right.Slice(column * stride, TileColumns * stride), stride, products[(row * columns + column)..], columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int stride, Span<float> products, int productStride)
    {
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float b = ref MemoryMarshal.GetReference(right);
        Vector256<float> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector256<float> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        for (int k = 0; k < stride; k += Lanes)
        {
            var b0 = Vector256.LoadUnsafe(ref b, (nuint)k);
            var b1 = Vector256.LoadUnsafe(ref b, (nuint)(stride + k));
            var b2 = Vector256.LoadUnsafe(ref b, (nuint)(2 * stride + k));
            var a0 = Vector256.LoadUnsafe(ref a, (nuint)k);
            s00 = Vector256.FusedMultiplyAdd(a0, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(a0, b1, s01);
            s02 = Vector256.FusedMultiplyAdd(a0, b2, s02);
            var a1 = Vector256.LoadUnsafe(ref a, (nuint)(stride + k));
            s10 = Vector256.FusedMultiplyAdd(a1, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(a1, b1, s11);
            s12 = Vector256.FusedMultiplyAdd(a1, b2, s12);
            var a2 = Vector256.LoadUnsafe(ref a, (nuint)(2 * stride + k));
            s20 = Vector256.FusedMultiplyAdd(a2, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(a2, b1, s21);
            s22 = Vector256.FusedMultiplyAdd(a2, b2, s22);
            var a3 = Vector256.LoadUnsafe(ref a, (nuint)(3 * stride + k));
            s30 = Vector256.FusedMultiplyAdd(a3, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(a3, b1, s31);
            s32 = Vector256.FusedMultiplyAdd(a3, b2, s32);
        }

        Store(products, s00, s01, s02);
        Store(products[productStride..], s10, s11, s12);
        Store(products[(2 * productStride)..], s20, s21, s22);
        Store(products[(3 * productStride)..], s30, s31, s32);
    }

    private static void Store(Span<float> products, Vector256<float> first, Vector256<float> second, Vector256<float> third)
    {
        products[2] = Vector256.Sum(third);
        products[1] = Vector256.Sum(second);
        products[0] = Vector256.Sum(first);
    }
}
