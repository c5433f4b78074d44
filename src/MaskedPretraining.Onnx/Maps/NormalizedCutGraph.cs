using MaskedPretraining.Core.Attention;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>TokenCut's eigenvector inside of a graph, in double precision: no solver, only matrix products.</summary>
/// <remarks>
/// <para><c>(D^-1/2 A D^-1/2 + I)/2</c> has eigenvalues <c>mu = 1 - lambda/2</c> from 0 to 1, and its first eigenvector is known; without that one the second of the cut is the dominant one. Squaring the matrix 26 times raises it
/// to the power 2^26, in which two eigenvalues 1e-6 apart differ by a factor of 1e14: what is left is the outer product of one vector with itself.</para>
/// <para>The third eigenvalue shows in the power 2^20, where <c>(mu3/mu2)^(2^20)</c> is a third to a half just where their gap becomes 1e-6; that decides whether the graph is degenerate.</para>
/// <para>It costs 32 products of N x N matrices an image: half a GFLOP at N = 196. Managed code (<see cref="TokenCut"/>) takes a tenth of that time; this form needs nothing but an ONNX runtime.</para>
/// </remarks>
internal sealed class NormalizedCutGraph
{
    private const int Squarings = 20;
    private const int MoreSquarings = 6;
    private const double SmallestGap = 1e-6;

    // Keeps a matrix of zeros at zero.
    private const double Tiny = 1e-300;

    private readonly GraphMath _math;
    private readonly int _patches;
    private readonly string _identity;
    private readonly string _zeros;

    /// <param name="graph">The graph.</param>
    /// <param name="keys">Key vectors <c>[N, P, D]</c>, single precision.</param>
    /// <param name="patches">P, at least 3.</param>
    /// <param name="options">Threshold and weak edge.</param>
    public NormalizedCutGraph(GraphBuilder graph, string keys, int patches, TokenCutOptions options)
    {
        (_math, _patches) = (new GraphMath(graph, "cut", TensorProto.Types.DataType.Double), patches);
        _identity = _math.Constant(IdentityMatrix(patches), 1, patches, patches);
        _zeros = graph.Integers("cut.zeros", new long[patches], 1, patches, 1);
        string edges = Edges(_math.Cast(keys), options);
        string degrees = _math.Sum(edges, 2);                                              // [N, P, 1]
        string roots = _math.Sqrt(degrees);
        string inverse = _math.Divide(_math.Number(1), roots);
        string scaled = _math.Multiply(_math.Multiply(edges, inverse), Flip(inverse));
        string first = _math.Divide(roots, _math.Sqrt(_math.Sum(degrees, 1)));
        string shifted = _math.Subtract(_math.Multiply(_math.Add(scaled, _identity), 0.5), Outer(first));
        string power = Power(shifted, Squarings);
        string second = Dominant(Power(power, MoreSquarings));                             // [N, P, 1]
        string largest = Quotient(shifted, second);                                        // [N, 1, 1]

        string share = Quotient(power, second);
        string rest = _math.Subtract(power, _math.Multiply(Outer(second), share));
        string ratio = _math.Divide(Quotient(rest, Dominant(Power(rest, MoreSquarings))), share);
        string degenerate = _math.Greater(ratio, LimitOf(largest));

        Map = Rows(_math.Cast(ToUnit(Signed(_math.Multiply(second, inverse)), degenerate), TensorProto.Types.DataType.Float), patches);
        Eigenvalue = Rows(_math.Cast(_math.Subtract(_math.Number(2), _math.Multiply(largest, 2)), TensorProto.Types.DataType.Float), 1);
        Degenerate = Rows(_math.Cast(degenerate, TensorProto.Types.DataType.Float), 1);
    }

    /// <summary>The signed eigenvector scaled to 0..1, zeros if degenerate, <c>[N, P]</c>.</summary>
    public string Map { get; }

    /// <summary>The second eigenvalue, <c>[N, 1]</c>.</summary>
    public string Eigenvalue { get; }

    /// <summary>1 if degenerate, else 0, <c>[N, 1]</c>.</summary>
    public string Degenerate { get; }

    private string Edges(string keys, TokenCutOptions options)
    {
        string norms = _math.Max(_math.Sqrt(_math.Sum(_math.Multiply(keys, keys), 2)), _math.Number(1e-12));
        string units = _math.Divide(keys, norms);
        string strong = _math.Greater(_math.MatMul(units, Flip(units)), _math.Number(options.Threshold));
        return _math.Add(_math.Multiply(strong, 1 - options.WeakEdge), _math.Number(options.WeakEdge));
    }

    // The matrix to the power 2^squarings, scaled to unit length at every step so that it neither vanishes nor overflows.
    private string Power(string matrix, int squarings)
    {
        for (int step = 0; step < squarings; step++)
        {
            string length = _math.Sqrt(_math.Sum(_math.Sum(_math.Multiply(matrix, matrix), 2), 1));
            matrix = _math.Divide(matrix, _math.Add(length, _math.Number(Tiny)));
            matrix = _math.MatMul(matrix, matrix);
        }

        return matrix;
    }

    // Of a matrix y y' the column with the largest diagonal element, at unit length.
    private string Dominant(string matrix)
    {
        string diagonal = _math.Sum(_math.Multiply(matrix, _identity), 2);
        string column = _math.Gather(matrix, _math.Add(_math.IndexOfLargest(diagonal, 1), _zeros), 2);
        string length = _math.Sqrt(_math.Sum(_math.Multiply(column, column), 1));
        return _math.Divide(column, _math.Add(length, _math.Number(Tiny)));
    }

    // (mu3/mu2)^(2^20) where lambda3 - lambda2 = 2 (mu2 - mu3) is just 1e-6.
    private string LimitOf(string largest)
    {
        string relativeGap = _math.Divide(_math.Number(SmallestGap / 2), largest);
        string logarithm = _math.Apply("Log", [_math.Subtract(_math.Number(1), relativeGap)]);
        return _math.Exp(_math.Multiply(logarithm, 1 << Squarings));
    }

    // The entry of largest magnitude comes to lie above the mean.
    private string Signed(string vector)
    {
        string seed = _math.IndexOfLargest(_math.Apply("Abs", [vector]), 1);
        string mean = _math.Multiply(_math.Sum(vector, 1), 1.0 / _patches);
        string isAbove = _math.Greater(_math.Gather(vector, seed, 1), mean);
        return _math.Multiply(vector, _math.Subtract(_math.Multiply(isAbove, 2), _math.Number(1)));
    }

    private string ToUnit(string vector, string degenerate)
    {
        string least = _math.Least(vector, 1);
        string range = _math.Max(_math.Subtract(_math.Largest(vector, 1), least), _math.Number(Tiny));
        return _math.Multiply(_math.Divide(_math.Subtract(vector, least), range), _math.Subtract(_math.Number(1), degenerate));
    }

    private string Quotient(string matrix, string unit) => _math.MatMul(Flip(unit), _math.MatMul(matrix, unit));

    private string Outer(string vector) => _math.MatMul(vector, Flip(vector));

    private string Flip(string value) => _math.Transpose(value, 0, 2, 1);

    private string Rows(string value, int length) => _math.Reshape(value, -1, length);

    private static double[] IdentityMatrix(int size)
    {
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            matrix[i * size + i] = 1;
        }

        return matrix;
    }
}
