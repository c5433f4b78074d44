using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Patches as vertices: edges of weight 1 between those with similar keys, of weight eps between all others, each patch's edge to itself included.</summary>
/// <remarks>
/// <c>A = eps 11' + (1 - eps) B</c> with B of zeros and ones, kept as bits. A product with B adds, for every row and every byte of it, one of the 256 sums that eight neighbouring numbers of the vector can make: an eighth
/// of the additions, over a table that stays in the cache.
/// </remarks>
internal sealed class SimilarityGraph
{
    private const int Block = 24; // a multiple of the similarity kernel's tile in both directions, and whole bytes of bits
    private const int TableSize = 256;
    private const double SmallestNorm = 1e-12;
    private const double SingleSpacing = 1.0 / (1 << 23);

    private readonly int _width;
    private readonly double _threshold;
    private readonly double _weakEdge;
    private readonly int _paddedCount;
    private readonly int _stride;
    private readonly int _rowBytes;
    private readonly float[] _rows;
    private readonly double[] _wide;
    private readonly double[] _norms;
    private readonly float[] _products;
    private readonly byte[] _bits;
    private readonly double[] _roots;
    private readonly double[] _scaled;
    private readonly double[] _sums;

    public SimilarityGraph(int count, int width, double threshold, double weakEdge)
    {
        (Count, _width, _threshold, _weakEdge) = (count, width, threshold, weakEdge);
        _paddedCount = (count + Block - 1) / Block * Block;
        _stride = (width + SimilarityKernel.Lanes - 1) / SimilarityKernel.Lanes * SimilarityKernel.Lanes;
        _rowBytes = (count + 7) / 8;
        _rows = new float[_paddedCount * _stride];
        _wide = new double[width];
        _norms = new double[count];
        _products = new float[Block * _paddedCount];
        _bits = new byte[count * _rowBytes];
        (_roots, InverseRoots) = (new double[count], new double[count]);
        _scaled = new double[_rowBytes * 8];
        _sums = new double[_rowBytes * TableSize];
    }

    /// <summary>Number of patches N.</summary>
    public int Count { get; }

    /// <summary><c>D^-1/2</c>, <c>[N]</c>.</summary>
    public double[] InverseRoots { get; }

    /// <summary>Makes the graph of an image.</summary>
    /// <param name="keys"><c>[N, D]</c>.</param>
    public void Connect(ReadOnlySpan<float> keys)
    {
        NormalizeRows(keys);
        Array.Clear(_bits);
        for (int first = 0; first < Count; first += Block)
        {
            int columns = _paddedCount - first;
            var products = _products.AsSpan(0, Block * columns);
            SimilarityKernel.Multiply(_rows.AsSpan(first * _stride, Block * _stride), _rows.AsSpan(first * _stride), _stride, products);
            for (int row = first; row < Math.Min(first + Block, Count); row++)
            {
                ConnectRow(row, first, keys, products.Slice((row - first) * columns, columns));
            }
        }

        for (int row = 0; row < Count; row++)
        {
            int strong = StrongEdges(_bits.AsSpan(row * _rowBytes, _rowBytes));
            _roots[row] = Math.Sqrt(strong + _weakEdge * (Count - strong));
            InverseRoots[row] = 1 / _roots[row];
        }
    }

    /// <summary>The eigenvector of eigenvalue 1 of <c>D^-1/2 A D^-1/2</c>: the roots of the degrees, at unit length.</summary>
    public void CopyFirstEigenvector(Span<double> vector) => TensorPrimitives.Divide<double>(_roots, TensorPrimitives.Norm<double>(_roots), vector);

    /// <summary><c>result = D^-1/2 A D^-1/2 vector</c>.</summary>
    public void Multiply(ReadOnlySpan<double> vector, Span<double> result)
    {
        var scaled = _scaled.AsSpan(0, Count);
        TensorPrimitives.Multiply(vector, InverseRoots, scaled);
        double weak = _weakEdge * TensorPrimitives.Sum<double>(scaled);
        FillSums();
        double strongEdge = 1 - _weakEdge;
        for (int row = 0; row < result.Length; row++)
        {
            var bytes = _bits.AsSpan(row * _rowBytes, _rowBytes);
            double even = 0, odd = 0;
            int place = 0;
            for (; place < bytes.Length - 1; place += 2)
            {
                even += _sums[place * TableSize + bytes[place]];
                odd += _sums[(place + 1) * TableSize + bytes[place + 1]];
            }

            even += place < bytes.Length ? _sums[place * TableSize + bytes[place]] : 0;
            result[row] = (weak + strongEdge * (even + odd)) * InverseRoots[row];
        }
    }

    // The sums of all subsets of eight numbers: those with one number more are the ones so far plus that number.
    private void FillSums()
    {
        for (int place = 0; place < _rowBytes; place++)
        {
            var table = _sums.AsSpan(place * TableSize, TableSize);
            table[0] = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                TensorPrimitives.Add(table[..(1 << bit)], _scaled[place * 8 + bit], table.Slice(1 << bit, 1 << bit));
            }
        }
    }

    private void NormalizeRows(ReadOnlySpan<float> keys)
    {
        for (int row = 0; row < Count; row++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(keys.Slice(row * _width, _width), _wide);
            _norms[row] = Math.Max(TensorPrimitives.Norm<double>(_wide), SmallestNorm);
            TensorPrimitives.Multiply<double>(_wide, 1 / _norms[row], _wide);
            TensorPrimitives.ConvertTruncating<double, float>(_wide, _rows.AsSpan(row * _stride, _width));
        }
    }

    /// <param name="row">The row. Its columns from <paramref name="first"/> on are set, and their mirror images in the rows behind its block.</param>
    /// <param name="first">First row of its block.</param>
    /// <param name="keys"><c>[N, D]</c>.</param>
    /// <param name="cosines">Cosines with the rows from <paramref name="first"/> on, in single precision, padded.</param>
    private void ConnectRow(int row, int first, ReadOnlySpan<float> keys, ReadOnlySpan<float> cosines)
    {
        // Each of D products of unit vectors and each sum is rounded by at most half the spacing of numbers near 1, and so is the threshold.
        var margin = Vector256.Create((float)((_width + 8) * SingleSpacing));
        var threshold = Vector256.Create((float)_threshold);
        for (int column = first; column < Count; column += 8)
        {
            var eight = Vector256.Create(cosines.Slice(column - first, 8));
            uint strong = Vector256.GreaterThan(eight, threshold).ExtractMostSignificantBits();
            uint near = Vector256.LessThanOrEqual(Vector256.Abs(eight - threshold), margin).ExtractMostSignificantBits();
            uint present = Count - column >= 8 ? 0xFF : (1u << (Count - column)) - 1;
            strong = (strong & ~near & present) | Decide(row, column, near & present, keys);
            _bits[row * _rowBytes + column / 8] = (byte)strong;
            for (uint left = column >= first + Block ? strong : 0; left != 0; left &= left - 1)
            {
                _bits[(column + BitOperations.TrailingZeroCount(left)) * _rowBytes + row / 8] |= (byte)(1 << (row & 7));
            }
        }
    }

    // Which of the given neighbours are similar enough, in double precision.
    private uint Decide(int row, int column, uint neighbours, ReadOnlySpan<float> keys)
    {
        uint strong = 0;
        for (; neighbours != 0; neighbours &= neighbours - 1)
        {
            int offset = BitOperations.TrailingZeroCount(neighbours);
            double product = Dot(keys.Slice(row * _width, _width), keys.Slice((column + offset) * _width, _width));
            strong |= product / (_norms[row] * _norms[column + offset]) > _threshold ? 1u << offset : 0;
        }

        return strong;
    }

    private static int StrongEdges(ReadOnlySpan<byte> row)
    {
        int count = 0;
        foreach (byte bits in row)
        {
            count += BitOperations.PopCount(bits);
        }

        return count;
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }
}
