using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Which input pixels of one axis make up each output pixel, and with which fixed-point weights. Buffers are kept from axis to axis.</summary>
internal sealed class ResampleKernel
{
    /// <summary>Fraction bits of a weight: 32 less 8 for the pixel less 2 of head room for weights below 0 and above 1.</summary>
    public const int FractionBits = 22;

    /// <summary>Half of one grey level, added before the fraction is cut.</summary>
    public const int Half = 1 << (FractionBits - 1);

    private int[] _first = [];
    private int[] _count = [];
    private int[] _weights = [];
    private int[] _quadrupled = [];
    private int _output;
    private double[] _exact = [];
    private (int Input, int Output, ResampleFilter Filter, bool Mirrored) _made;

    /// <summary>Places for weights an output pixel, a multiple of 4; unused ones are 0.</summary>
    public int Stride { get; private set; }

    /// <summary>The most input pixels that an output pixel has.</summary>
    public int MaximumCount { get; private set; }

    /// <summary>First input pixel of each output pixel.</summary>
    public ReadOnlySpan<int> First => _first;

    /// <summary>Number of input pixels of each output pixel.</summary>
    public ReadOnlySpan<int> Count => _count;

    /// <summary>Weights, <c>[output, Stride]</c>.</summary>
    public ReadOnlySpan<int> Weights => _weights;

    /// <summary>The weights four times each, <c>[output, Stride, 4]</c>: what one wide multiplication of pixels of four bytes takes.</summary>
    public ReadOnlySpan<int> QuadrupledWeights()
    {
        int length = _output * Stride;
        if (_quadrupled.Length < length * 4)
        {
            _quadrupled = new int[length * 4];
        }

        Span<Vector128<int>> quadruples = MemoryMarshal.Cast<int, Vector128<int>>(_quadrupled.AsSpan(0, length * 4));
        for (int place = 0; place < quadruples.Length; place++)
        {
            quadruples[place] = Vector128.Create(_weights[place]);
        }

        return _quadrupled;
    }

    /// <summary>Computes the weights of an axis (does nothing if they are those already there).</summary>
    /// <param name="input">Input pixels.</param>
    /// <param name="output">Output pixels.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="mirrored">Whether output pixels come in the opposite order.</param>
    public void Compute(int input, int output, ResampleFilter filter, bool mirrored = false)
    {
        if (_made == (input, output, filter, mirrored))
        {
            return;
        }

        double scale = (double)input / output;
        double stretch = Math.Max(scale, 1);
        double support = (filter == ResampleFilter.Bicubic ? 2 : 1) * stretch;
        _output = output;
        Reserve(output, (int)Math.Ceiling(support) * 2 + 1);
        MaximumCount = 0;
        for (int number = 0; number < output; number++)
        {
            int target = mirrored ? output - 1 - number : number;
            double centre = (number + 0.5) * scale;
            int first = Math.Max((int)(centre - support + 0.5), 0);
            int count = Math.Min((int)(centre + support + 0.5), input) - first;
            _first[target] = first;
            _count[target] = count;
            MaximumCount = Math.Max(MaximumCount, count);
            double sum = 0;
            for (int tap = 0; tap < count; tap++)
            {
                double weight = Weight((first + tap - centre + 0.5) / stretch, filter);
                _exact[tap] = weight;
                sum += weight;
            }

            for (int tap = 0; tap < count; tap++)
            {
                double weight = _exact[tap] / sum * (1 << FractionBits);
                _weights[target * Stride + tap] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }

        _made = (input, output, filter, mirrored);
    }

    private void Reserve(int output, int taps)
    {
        Stride = (taps + 3) & ~3;
        if (_first.Length < output)
        {
            _first = new int[output];
            _count = new int[output];
        }

        if (_exact.Length < Stride)
        {
            _exact = new double[Stride];
        }

        if (_weights.Length < output * Stride)
        {
            _weights = new int[output * Stride];
        }
        else
        {
            Array.Clear(_weights, 0, output * Stride);
        }
    }

    private static double Weight(double x, ResampleFilter filter)
    {
        x = Math.Abs(x);
        if (filter == ResampleFilter.Bilinear)
        {
            return Math.Max(1 - x, 0);
        }

        // Keys' cubic with a = -0.5, in Horner form.
        return x switch
        {
            < 1 => (1.5 * x - 2.5) * x * x + 1,
            < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
            _ => 0,
        };
    }
}
