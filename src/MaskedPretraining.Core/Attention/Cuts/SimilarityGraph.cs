using System.Numerics;
using System.Numerics.Tensors;
using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Patches as vertices: edges of weight 1 between those with similar keys, of weight eps between all others, each patch's edge to itself included.</summary>
/// <remarks>
/// <c>A = eps 11' + (1 - eps) B</c> with B of zeros and ones, kept as bits. A product with B adds, for every row and every byte of it, one of the 256 sums that eight neighbouring numbers of the vector can make: an eighth
/// of the additions, over a table that stays in the cache.
/// </remarks>
internal sealed class SimilarityGraph
{
    private const int Block = 12; // a multiple of the similarity kernel's tile in both directions
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
                ConnectRow(row, keys, products.Slice((row - first) * columns + row - first, Count - row));
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
            var key = keys.Slice(row * _width, _width);
            double squares = Dot(key, key);
            _norms[row] = Math.Max(Math.Sqrt(squares), SmallestNorm);
            var unit = _rows.AsSpan(row * _stride, _width);
            for (int feature = 0; feature < key.Length; feature++)
            {
                unit[feature] = (float)(key[feature] / _norms[row]);
            }
        }
    }

    /// <param name="row">The row; its columns from the diagonal on are set, and their mirror images.</param>
    /// <param name="keys"><c>[N, D]</c>.</param>
    /// <param name="cosines">Cosines in single precision, the diagonal first.</param>
    private void ConnectRow(int row, ReadOnlySpan<float> keys, ReadOnlySpan<float> cosines)
    {
        // Each of D products of unit vectors and each sum is rounded by at most half the spacing of numbers near 1.
        double margin = (_width + 8) * SingleSpacing;
        for (int offset = 0; offset < cosines.Length; offset++)
        {
            double cosine = cosines[offset];
            int column = row + offset;
            if (Math.Abs(cosine - _threshold) <= margin)
            {
                cosine = Dot(keys.Slice(row * _width, _width), keys.Slice(column * _width, _width)) / (_norms[row] * _norms[column]);
            }

            if (cosine > _threshold)
            {
                Set(row, column);
                Set(column, row);
            }
        }
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

    private void Set(int row, int column) => _bits[row * _rowBytes + column / 8] |= (byte)(1 << (column & 7));

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
