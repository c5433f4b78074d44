using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Elementary functions a vector at a time, good to the last few bits of single precision.</summary>
internal static class VectorMath
{
    // Results stay far from denormal numbers, which cost a hundred times as much, and from infinity.
    private const float LowestExponent = -80f;
    private const float HighestExponent = 88.0f;

    // ln 2 in two parts, so that n * the first is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>exp(x), about 1e-7 relative; 0 is never reached, arguments are clamped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        x = Vector.MinNative(Vector.MaxNative(x, new Vector<float>(LowestExponent)), new Vector<float>(HighestExponent));
        var n = Vector.Round(x * 1.44269504f);
        var r = Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2High), x);
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2Low), r);
        // Taylor's polynomial of degree 7 on |r| <= ln 2 / 2.
        var p = new Vector<float>(1 / 5040f);
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1 / 720f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1 / 120f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1 / 24f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1 / 6f));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(0.5f));
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        var power = (Vector.ConvertToInt32Native(n) + new Vector<int>(127)) << 23;
        return p * Vector.AsVectorSingle(power);
    }

    /// <summary>
    /// GELU <c>x Phi(x)</c> and its derivative <c>Phi(x) + x phi(x)</c> with one exponential: Phi by Abramowitz and Stegun 7.1.26, off by at most 7.5e-8, which is
    /// what rounding costs single precision anyway.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Gelu(Vector<float> x, out Vector<float> derivative)
    {
        const float InverseSqrt2 = 0.70710678f, InverseSqrt2Pi = 0.39894228f;
        var e = Exp(x * x * -0.5f);
        var t = Vector<float>.One / Vector.FusedMultiplyAdd(Vector.Abs(x), new Vector<float>(0.3275911f * InverseSqrt2), Vector<float>.One);
        var p = new Vector<float>(0.5f * 1.061405429f);
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(0.5f * -1.453152027f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(0.5f * 1.421413741f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(0.5f * -0.284496736f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(0.5f * 0.254829592f));
        var tail = p * t * e;                                                   // Phi(-|x|)
        var phi = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
        derivative = Vector.FusedMultiplyAdd(x * InverseSqrt2Pi, e, phi);
        return x * phi;
    }
}
