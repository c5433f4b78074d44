using static TorchSharp.torch;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.ComplexFloat64 => 16,
        _ => 8,
    };

    public static bool ToBoolean(this Tensor value) => Number(value).Real != 0;
    public static byte ToByte(this Tensor value) => (byte)Number(value).Integer;
    public static int ToInt32(this Tensor value) => (int)Number(value).Integer;
    public static long ToInt64(this Tensor value) => Number(value).Integer;
    public static float ToSingle(this Tensor value) => (float)Number(value).Real;
    public static double ToDouble(this Tensor value) => Number(value).Real;

    private static unsafe (long Integer, double Real) Number(Tensor value)
    {
        var results = stackalloc Slot[8];
        CallMany(Operators.Item, results, value);
        return results[0].Tag == SlotTag.Double ? ((long)results[0].Real, results[0].Real) : (results[0].Integer, results[0].Integer);
    }
}
