namespace TorchSharp;

/// <summary>A number given to an operator. It lives in managed memory only, so nothing has to be freed.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(torch.ScalarType type, long integer, double real)
    {
        Type = type;
        Integer = integer;
        Real = real;
    }

    /// <summary>Int64, Float64 or Bool: libtorch keeps every number as one of these.</summary>
    public torch.ScalarType Type { get; }

    internal long Integer { get; }

    internal double Real { get; }

    public static implicit operator Scalar(byte value) => Whole(value);
    public static implicit operator Scalar(sbyte value) => Whole(value);
    public static implicit operator Scalar(short value) => Whole(value);
    public static implicit operator Scalar(int value) => Whole(value);
    public static implicit operator Scalar(long value) => Whole(value);
    public static implicit operator Scalar(Half value) => Fraction((double)value);
    public static implicit operator Scalar(float value) => Fraction(value);
    public static implicit operator Scalar(double value) => Fraction(value);
    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public void Dispose()
    {
    }

    private static Scalar Whole(long value) => new(torch.ScalarType.Int64, value, value);

    private static Scalar Fraction(double value) => new(torch.ScalarType.Float64, (long)value, value);
}
